import { z } from "zod";

import type { AccountView } from "../../account/record";
import { parseRecord } from "../../runtime/dataplane/alb/elb";

export const PIPELINE = "aws:codepipeline/pipeline:Pipeline";
const PROJECT = "aws:codebuild/project:Project";
const RULE = "aws:cloudwatch/eventRule:EventRule";
const TARGET = "aws:cloudwatch/eventTarget:EventTarget";

const names = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

const action = z.object({
  name: z.string(),
  category: z.string(),
  provider: z.string(),
  configuration: z
    .record(z.string(), z.string())
    .nullish()
    .transform((configuration) => configuration ?? {}),
  inputArtifacts: names,
  outputArtifacts: names,
  namespace: z.string().nullish(),
  runOrder: z
    .number()
    .nullish()
    .transform((order) => order ?? 1),
  timeoutInMinutes: z.number().nullish(),
});

const stage = z.object({
  name: z.string(),
  actions: z.array(action),
  onFailure: z.object({ result: z.string().nullish() }).nullish(),
});

const pipeline = z.object({
  arn: z.string(),
  name: z.string(),
  executionMode: z.enum(["QUEUED", "SUPERSEDED", "PARALLEL"]).default("SUPERSEDED"),
  artifactStores: z.array(z.object({ location: z.string() })).min(1),
  stages: z.array(stage),
});

/** A pipeline, as in @pulumi/aws. */
export type Pipeline = z.infer<typeof pipeline>;
export type Stage = z.infer<typeof stage>;
export type Action = z.infer<typeof action>;

/** All pipelines of the account. */
export function pipelinesOf(account: AccountView): Pipeline[] {
  return account.list(PIPELINE).map((record) => parseRecord(pipeline, record));
}

export function findPipeline(account: AccountView, name: string): Pipeline | undefined {
  const record = account.get(PIPELINE, name);
  return record && parseRecord(pipeline, record);
}

const project = z.object({
  arn: z.string(),
  name: z.string(),
  buildTimeout: z.number().default(60),
  encryptionKey: z.string().nullish(),
  environment: z.object({
    image: z.string(),
    environmentVariables: z
      .array(z.object({ name: z.string(), type: z.string().nullish(), value: z.string() }))
      .nullish()
      .transform((variables) => variables ?? []),
  }),
  logsConfig: z
    .object({ cloudwatchLogs: z.object({ groupName: z.string().nullish() }).nullish() })
    .nullish(),
  source: z.object({ buildspec: z.string().nullish() }),
});

/** A CodeBuild project, as in @pulumi/aws. */
export type BuildProject = z.infer<typeof project>;

/** The project with that name; undefined if there is none. */
export function findProject(account: AccountView, name: string): BuildProject | undefined {
  const record = account.list(PROJECT).find(({ outputs }) => outputs.name === name);
  return record && parseRecord(project, record);
}

const rule = z.object({
  name: z.string(),
  state: z.string().nullish(),
  eventPattern: z
    .union([z.string().transform((json) => JSON.parse(json) as unknown), z.unknown()])
    .nullish(),
});
const target = z.object({ rule: z.string(), arn: z.string() });

/** An enabled EventBridge rule, and the ARNs of its targets. */
export interface EventRule {
  readonly name: string;
  readonly pattern: unknown;
  readonly targets: readonly string[];
}

export function rulesOf(account: AccountView): EventRule[] {
  const targets = account.list(TARGET).map((record) => parseRecord(target, record));
  return account
    .list(RULE)
    .map((record) => parseRecord(rule, record))
    .filter(({ state }) => state !== "DISABLED")
    .map(({ name, eventPattern }) => ({
      name,
      pattern: eventPattern,
      targets: targets.filter((one) => one.rule === name).map(({ arn }) => arn),
    }));
}
