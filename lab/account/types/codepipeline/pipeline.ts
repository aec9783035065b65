import type { codepipeline } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { isAssumableBy } from "../iam";
import { arn, inputsOf, tags, text, texts, unsupported } from "../shared";
import { actionProblem } from "./actions";

const PIPELINE = "aws:codepipeline/pipeline:Pipeline";

const name = z.string().regex(/^[\w.@-]{1,100}$/, "may have up to 100 letters, digits and . @ - _");

const action = z.strictObject({
  category: z.enum(["Approval", "Build", "Compute", "Deploy", "Invoke", "Source", "Test"]),
  commands: unsupported,
  configuration: z.record(z.string(), z.string()).optional(),
  inputArtifacts: texts,
  name,
  namespace: text,
  outputArtifacts: texts,
  outputArtifactsForComputeActions: unsupported,
  outputVariables: unsupported,
  owner: z.enum(["AWS", "Custom", "ThirdParty"]),
  provider: z.string(),
  region: text,
  roleArn: arn.optional(),
  runOrder: z.int().min(1).max(999).optional(),
  timeoutInMinutes: z.int().min(5).max(86_400).optional(),
  version: z.string(),
});

const patterns = z.strictObject({ excludes: texts, includes: texts }).optional();

const pipelineInputs = inputsOf<codepipeline.PipelineArgs>()({
  artifactStores: z
    .array(
      z.strictObject({
        encryptionKey: z.strictObject({ id: z.string(), type: z.literal("KMS") }).optional(),
        location: z.string().min(3).max(63),
        region: text,
        type: z.literal("S3"),
      }),
    )
    .min(1),
  executionMode: z.enum(["PARALLEL", "QUEUED", "SUPERSEDED"]).default("SUPERSEDED"),
  name: name.optional(),
  pipelineType: z.enum(["V1", "V2"]).default("V1"),
  region: text,
  roleArn: arn,
  stages: z
    .array(
      z.strictObject({
        actions: z.array(action).min(1),
        beforeEntry: unsupported,
        name,
        onFailure: z
          .strictObject({
            condition: unsupported,
            result: z.enum(["FAIL", "RETRY", "ROLLBACK", "SKIP"]).optional(),
            retryConfiguration: z
              .strictObject({ retryMode: z.enum(["ALL_ACTIONS", "FAILED_ACTIONS"]).optional() })
              .optional(),
          })
          .optional(),
        onSuccess: unsupported,
      }),
    )
    .min(2, "must have at least two stages"),
  tags,
  triggers: z
    .array(
      z.strictObject({
        gitConfiguration: z.strictObject({
          pullRequests: z
            .array(
              z.strictObject({
                branches: patterns,
                events: z.array(z.enum(["OPEN", "UPDATED", "CLOSED"])).optional(),
                filePaths: patterns,
              }),
            )
            .optional(),
          pushes: z
            .array(z.strictObject({ branches: patterns, filePaths: patterns, tags: patterns }))
            .optional(),
          sourceActionName: z.string(),
        }),
        providerType: z.literal("CodeStarSourceConnection"),
      }),
    )
    .optional(),
  variables: z
    .array(z.strictObject({ defaultValue: text, description: text, name: z.string() }))
    .optional(),
});

type PipelineInputs = z.output<typeof pipelineInputs>;

export const pipeline = resourceType({
  token: PIPELINE,
  inputs: pipelineInputs,
  autoNameMaxLength: 100,
  immutable: ["name", "region"],
  computed: ["arn", "name", "triggerAlls"],
  validate(context, inputs, before) {
    if (!before && context.get(PIPELINE, inputs.name ?? "")) {
      throw new AwsError(
        "PipelineNameInUseException",
        `A pipeline with the name '${inputs.name ?? ""}' already exists.`,
      );
    }
    if (!isAssumableBy(context, inputs.roleArn, "codepipeline.amazonaws.com")) {
      throw invalidStructure(
        `CodePipeline is not authorized to perform AssumeRole on role ${inputs.roleArn}`,
      );
    }
    const problem = stagesProblem(inputs) ?? typeProblem(inputs);
    if (problem !== undefined) throw invalidStructure(problem);
    const actions = inputs.stages.flatMap((stage) => stage.actions);
    const missing = actions.map(actionProblem).find(Boolean) ?? missingArtifact(inputs);
    if (missing !== undefined) {
      throw new AwsError("InvalidActionDeclarationException", missing);
    }
  },
  create: (context, { name: own = "" }) => ({
    id: own,
    outputs: { arn: context.arn("codepipeline", own), name: own, triggerAlls: [] },
  }),
  complete: ({ triggers = [] }) => ({
    triggerAlls: triggers.map(({ gitConfiguration, providerType }) => ({
      gitConfigurations: [gitConfiguration],
      providerType,
    })),
  }),
});

/** AWS CodePipeline User Guide, "CodePipeline pipeline structure reference". */
function stagesProblem({ stages }: PipelineInputs): string | undefined {
  const twice = (names: readonly string[]) => names.find((one, i) => names.indexOf(one) !== i);
  const repeated = twice(stages.map((stage) => stage.name));
  if (repeated !== undefined) return `Stage name ${repeated} is used more than once`;
  for (const [i, { actions, name: stage }] of stages.entries()) {
    const action = twice(actions.map((one) => one.name));
    if (action !== undefined)
      return `Action name ${action} is used more than once in stage ${stage}`;
    const isSource = actions.map(({ category }) => category === "Source");
    if (i === 0 && isSource.includes(false)) {
      return "Pipeline should start with a stage that only contains source actions";
    }
    if (i > 0 && isSource.includes(true)) {
      return `Source actions are only allowed in the first stage, but stage ${stage} has one`;
    }
  }
  return undefined;
}

function typeProblem(inputs: PipelineInputs): string | undefined {
  const { executionMode, pipelineType, stages, triggers = [], variables = [] } = inputs;
  if (pipelineType === "V1") {
    if (executionMode !== "SUPERSEDED")
      return `Execution mode ${executionMode} needs a V2 pipeline`;
    if (triggers.length > 0) return "Triggers need a V2 pipeline";
    if (variables.length > 0) return "Variables need a V2 pipeline";
    if (stages.some(({ onFailure }) => onFailure)) return "Failure conditions need a V2 pipeline";
  }
  if (stages[0]?.onFailure?.result === "ROLLBACK") {
    return "The first stage cannot be rolled back";
  }
  const retried = stages.find(
    ({ onFailure }) => onFailure?.retryConfiguration && onFailure.result !== "RETRY",
  );
  if (retried) return `Stage ${retried.name} has a retry configuration without the result RETRY`;
  // PipelineTriggerDeclaration: only connections send events that filters can evaluate.
  const sources = (stages[0]?.actions ?? [])
    .filter(({ provider }) => provider === "CodeStarSourceConnection")
    .map((one) => one.name);
  const stranger = triggers.find(
    ({ gitConfiguration }) => !sources.includes(gitConfiguration.sourceActionName),
  );
  return (
    stranger &&
    `Trigger names ${stranger.gitConfiguration.sourceActionName}, which is not a source action that uses a connection`
  );
}

/** Finds an artifact that no earlier action produces, or that more than one does. */
function missingArtifact({ stages }: PipelineInputs): string | undefined {
  const made = new Set<string>();
  for (const { actions, name: stage } of stages) {
    const inOrder = [...actions].sort((a, b) => (a.runOrder ?? 1) - (b.runOrder ?? 1));
    for (const { inputArtifacts = [], name: own, outputArtifacts = [] } of inOrder) {
      const missing = inputArtifacts.find((artifact) => !made.has(artifact));
      if (missing !== undefined) {
        return `Action ${own} of stage ${stage} takes artifact ${missing}, which no action before it makes`;
      }
      const again = outputArtifacts.find((artifact) => made.has(artifact));
      if (again !== undefined) return `Output artifact ${again} is made by more than one action`;
      for (const artifact of outputArtifacts) made.add(artifact);
    }
  }
  return undefined;
}

function invalidStructure(message: string): AwsError {
  return new AwsError("InvalidStructureException", message);
}
