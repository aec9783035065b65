import type { ecr } from "@pulumi/aws";
import { z } from "zod";

import { resourceType } from "../../resourceType";
import { inputsOf, text } from "../shared";
import { invalidParameter, repositoryDocument, repositoryName } from "./inputs";
import { lifecyclePolicyProblem } from "./lifecyclePolicyText";
import { mustHaveRepository } from "./lookups";
import { LIFECYCLE_POLICY } from "./tokens";

export const lifecyclePolicy = resourceType({
  token: LIFECYCLE_POLICY,
  inputs: inputsOf<ecr.LifecyclePolicyArgs>()({
    policy: z.string(),
    region: text,
    repository: repositoryName,
  }),
  ...repositoryDocument,
  deleteBeforeReplace: true,
  validate(context, inputs) {
    mustHaveRepository(context, inputs.repository);
    const problem = lifecyclePolicyProblem(inputs.policy);
    if (problem !== undefined) {
      throw invalidParameter(
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: " +
          `'Lifecycle policy validation failure: ${problem}'`,
      );
    }
  },
});
