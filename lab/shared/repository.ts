import * as path from "node:path";

/** The checkout: the program, its policy pack and its images. */
export const repository = path.resolve(__dirname, "../..");

/** The folder of the program's policy pack. */
export const policyPack = path.join(repository, "policies");

/** Policy levels and exemptions for learners' stacks. */
export const defaultPolicyConfig = path.join(policyPack, "config", "dev.json");
