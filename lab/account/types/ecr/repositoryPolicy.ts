import type { ecr } from "@pulumi/aws";
import { z } from "zod";

import { policyProblem } from "../../policyDocument";
import { resourceType } from "../../resourceType";
import { inputsOf, text } from "../shared";
import { invalidParameter, repositoryDocument, repositoryName } from "./inputs";
import { mustHaveRepository } from "./lookups";
import { REPOSITORY_POLICY } from "./tokens";

export const repositoryPolicy = resourceType({
  token: REPOSITORY_POLICY,
  inputs: inputsOf<ecr.RepositoryPolicyArgs>()({
    policy: z.string(),
    region: text,
    repository: repositoryName,
  }),
  ...repositoryDocument,
  validate(context, inputs) {
    mustHaveRepository(context, inputs.repository);
    const problem = policyProblem(inputs.policy, "repository");
    if (problem !== undefined) {
      throw invalidParameter(
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: " +
          `'Invalid repository policy provided' (${problem})`,
      );
    }
  },
});
