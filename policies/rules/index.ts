import { rulesIn } from "../lib/rulesIn";

/** Every rule of the pack, one per file in this folder: the tutorial's three first, those that report on others last. */
export const rules = rulesIn(__dirname);
