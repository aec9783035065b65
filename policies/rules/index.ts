import { rulesIn } from "../lib/rulesIn";

/** Every rule of the pack, one a file of this folder: the tutorial's three first, those about all others last. */
export const rules = rulesIn(__dirname);
