/** The languages that pictures speak. */
export const pictureLanguages = ["en", "ja"] as const;
export type PictureLanguage = (typeof pictureLanguages)[number];

/** What a picture's file ends with: `.svg`, `.ja.svg`. */
export const pictureEnding = (language: PictureLanguage) =>
  language === "en" ? ".svg" : `.${language}.svg`;
