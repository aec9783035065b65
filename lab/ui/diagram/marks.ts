import type { Mark } from "./architecture";
import type { PictureLanguage } from "./language";

/** Signs for the marks, so that no information depends on colour alone. */
export const markSign: Readonly<Record<Mark, string>> = {
  added: "+",
  changed: "~",
  removed: "−",
};

/** Words for the marks. */
export const markWord: Readonly<Record<PictureLanguage, Readonly<Record<Mark, string>>>> = {
  en: { added: "would be added", changed: "would change", removed: "would be removed" },
  ja: { added: "追加される", changed: "変更される", removed: "削除される" },
};
