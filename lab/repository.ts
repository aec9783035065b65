import * as path from "node:path";

/** The checkout: the program, its policy pack and its images. */
export const repository = path.resolve(__dirname, "..");
