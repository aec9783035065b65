import type { Mark } from "./architecture";

/** Signs of what a difference does, so that nothing is told by colour alone. */
export const markSign: Readonly<Record<Mark, string>> = {
  added: "+",
  changed: "~",
  removed: "−",
};

/** The same as words. */
export const markWord: Readonly<Record<Mark, string>> = {
  added: "would be added",
  changed: "would change",
  removed: "would be removed",
};
