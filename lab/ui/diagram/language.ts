/** The languages that pictures speak. */
export type PictureLanguage = "en" | "ja";
