import * as path from "node:path";

/** The checkout: the program, its policy pack and its images. */
export const repository = path.resolve(__dirname, "../..");

/** The folder of the program's policy pack. */
export const policyPack = path.join(repository, "policies");

/** Levels and exemptions of the policies for stacks that learners work on. */
export const defaultPolicyConfig = path.join(policyPack, "config", "dev.json");
