import { z } from "zod";

import { parsedJson } from "../../../shared/parsedJson";

const texts = z.array(z.string().min(1)).min(1).optional();

const rule = z.strictObject({
  action: z.strictObject({ type: z.literal("expire") }),
  description: z.string().max(256).optional(),
  rulePriority: z.int().min(1),
  selection: z.strictObject({
    countNumber: z.int().min(1),
    countType: z.enum(["imageCountMoreThan", "sinceImagePushed"]),
    countUnit: z.literal("days").optional(),
    tagPatternList: texts,
    tagPrefixList: texts,
    tagStatus: z.enum(["tagged", "untagged", "any"]),
  }),
});

const lifecyclePolicy = z.strictObject({ rules: z.array(rule).min(1).max(50) });

type Rule = z.output<typeof rule>;

/**
 * What is wrong with the text of a lifecycle policy; undefined if ECR would accept it.
 *
 * Source: Amazon ECR User Guide, "Lifecycle policy properties in Amazon ECR".
 */
export function lifecyclePolicyProblem(text: string): string | undefined {
  const policy = lifecyclePolicy.safeParse(parsedJson(text));
  if (!policy.success) {
    const [issue] = policy.error.issues;
    return `${["policy", ...(issue?.path ?? [])].join(".")}: ${issue?.message ?? ""}`;
  }
  const { rules } = policy.data;
  for (const one of rules) {
    const problem = selectionProblem(one);
    if (problem !== undefined) return `rule ${one.rulePriority}: ${problem}`;
  }
  const priorities = rules.map(({ rulePriority }) => rulePriority);
  const repeated = priorities.find((priority, i) => priorities.indexOf(priority) !== i);
  if (repeated !== undefined) return `rulePriority ${repeated} is used more than once`;

  const last = Math.max(...priorities);
  const early = rules.find(
    ({ rulePriority, selection }) => selection.tagStatus === "any" && rulePriority !== last,
  );
  return early && `rule ${early.rulePriority}: tagStatus any must have the highest rulePriority`;
}

function selectionProblem({ selection }: Rule): string | undefined {
  const { countType, countUnit, tagPatternList, tagPrefixList, tagStatus } = selection;
  const lists = [tagPatternList, tagPrefixList].filter((list) => list !== undefined);
  if (tagStatus === "tagged" && lists.length !== 1) {
    return "tagStatus tagged needs either tagPatternList or tagPrefixList";
  }
  if (tagStatus !== "tagged" && lists.length > 0) {
    return `tagStatus ${tagStatus} does not allow a list of tags`;
  }
  if ((countType === "sinceImagePushed") !== (countUnit !== undefined)) {
    return "countUnit is required with countType sinceImagePushed, and only allowed with it";
  }
  return undefined;
}
