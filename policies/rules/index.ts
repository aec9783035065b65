import { rulesIn } from "../lib/rulesIn";

/** Every rule of the pack, one a file of this folder: the tutorial's three first, the one on exemptions last. */
export const rules = rulesIn(__dirname);
