/** The languages of the pictures. */
export const pictureLanguages = ["en", "ja"] as const;
export type PictureLanguage = (typeof pictureLanguages)[number];

/** The ending of a picture's file name: `.svg`, `.ja.svg`. */
export const pictureEnding = (language: PictureLanguage) =>
  language === "en" ? ".svg" : `.${language}.svg`;
