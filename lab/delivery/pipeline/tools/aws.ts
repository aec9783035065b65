import { parseArgs } from "node:util";

import type { Account } from "../../../account/account";
import type { ResourceRecord } from "../../../account/record";
import { PUSHED_IMAGE, REPOSITORY } from "../../../account/types/ecr/tokens";
import { TASK_DEFINITION } from "../../../account/types/ecs/tokens";
import { messageOf } from "../../../shared/messageOf";
import { select } from "./jmespath";
import type { Tool, ToolCall } from "./tool";

/** Exit codes of the AWS CLI: a wrong command line, and an error of the service. */
const [USAGE, SERVICE] = [252, 254];

/** An error as the service would answer. */
class ServiceError extends Error {
  constructor(code: string, operation: string, message: string) {
    super(`An error occurred (${code}) when calling the ${operation} operation: ${message}`);
  }
}

class UsageError extends Error {}

type Options = Readonly<Record<string, string | undefined>>;

interface Command {
  readonly options: readonly string[];
  readonly run: (account: Account, options: Options, session: AwsSession) => unknown;
}

/** What all calls of a build share. */
export interface AwsSession {
  readonly region: string;
  /** What `docker login` must be given. */
  readonly registryPassword: string;
}

/** Options that every command has. */
const COMMON = ["region", "output", "query"];

const commands: Readonly<Record<string, Command>> = {
  "ecr get-login-password": {
    options: [],
    run: (_account, _options, { registryPassword }) => registryPassword,
  },
  "ecr describe-images": {
    options: ["repository-name", "image-ids", "registry-id"],
    run: (account, options) => ({ imageDetails: describeImages(account, options) }),
  },
  "sts get-caller-identity": {
    options: [],
    run: ({ accountId }) => ({
      UserId: "AROALAB:codebuild",
      Account: accountId,
      Arn: `arn:aws:sts::${accountId}:assumed-role/codebuild/build`,
    }),
  },
  "ecs describe-task-definition": {
    options: ["task-definition", "include"],
    run: (account, options) => ({ taskDefinition: describeTaskDefinition(account, options) }),
  },
};

/**
 * Stands in for the AWS CLI in builds: answers the calls that building and deploying an image needs from the account.
 * Any other call is an error that names it.
 */
export function awsTool(account: Account, session: AwsSession): Tool {
  return (call) => {
    try {
      call.out(answer(account, session, call));
      return Promise.resolve(0);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof ServiceError)) throw error;
      call.err(`\n${error.message}\n`);
      return Promise.resolve(error instanceof UsageError ? USAGE : SERVICE);
    }
  };
}

function answer(account: Account, session: AwsSession, { args }: ToolCall): string {
  if (args[0] === "--version") return "aws-cli/2.0.0 (the lab's stand-in)\n";
  const name = args.slice(0, 2).join(" ");
  const command = commands[name];
  if (command === undefined) {
    throw new UsageError(
      `aws ${name}: the lab's stand-in for the AWS CLI only supports ${Object.keys(commands).join(", ")}`,
    );
  }
  const options = readOptions(args.slice(2), [...COMMON, ...command.options]);
  const result = command.run(account, options, session);
  const selected = options.query === undefined ? result : queried(result, options.query);
  const isText = options.output === "text" || typeof result === "string";
  const text = isText ? textOf(selected) : undefined;
  if (text !== undefined) return `${text}\n`;
  if (options.output !== undefined && options.output !== "json") {
    throw new UsageError(`--output ${options.output}: the lab's stand-in only supports json here`);
  }
  return `${JSON.stringify(selected, null, 4)}\n`;
}

function readOptions(args: readonly string[], known: readonly string[]): Options {
  try {
    const options = Object.fromEntries(known.map((name) => [name, { type: "string" }] as const));
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

function queried(result: unknown, query: string): unknown {
  try {
    return select(result, query);
  } catch (error) {
    throw new UsageError(`Bad value for --query ${query}: ${messageOf(error)}`);
  }
}

/** A value or a list of values as with `--output text`; undefined for nested structures. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.map((part) => (Array.isArray(part) ? undefined : textOf(part)));
    return texts.includes(undefined) ? undefined : texts.join("\t");
  }
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function describeImages(account: Account, options: Options): unknown[] {
  const name = options["repository-name"] ?? "";
  const place = `in the registry with id '${account.accountId}'`;
  if (account.get(REPOSITORY, name) === undefined) {
    throw new ServiceError(
      "RepositoryNotFoundException",
      "DescribeImages",
      `The repository with name '${name}' does not exist ${place}`,
    );
  }
  const images = account.list(PUSHED_IMAGE).filter(({ inputs }) => inputs.repository === name);
  const wanted = options["image-ids"];
  if (wanted === undefined) return images.map((image) => toImageDetail(account, image));
  const [, kind = "", id = ""] = /^(imageTag|imageDigest)=(.+)$/.exec(wanted) ?? [];
  const found = images.find(({ inputs }) =>
    kind === "imageTag" ? (inputs.tags as string[]).includes(id) : inputs.digest === id,
  );
  if (found !== undefined) return [toImageDetail(account, found)];
  const [digest, tag] = kind === "imageTag" ? ["null", id] : [id, "null"];
  throw new ServiceError(
    "ImageNotFoundException",
    "DescribeImages",
    `The image with imageId {imageDigest:'${digest}', imageTag:'${tag}'} does not exist within the ` +
      `repository with name '${name}' ${place}`,
  );
}

function toImageDetail({ accountId }: Account, { inputs }: ResourceRecord): unknown {
  return {
    registryId: accountId,
    repositoryName: inputs.repository,
    imageDigest: inputs.digest,
    imageTags: inputs.tags,
    imagePushedAt: inputs.pushedAt,
  };
}

/** Properties with the same name in the API and the provider, and those that the API structures differently. */
function describeTaskDefinition(account: Account, options: Options): unknown {
  const wanted = options["task-definition"] ?? "";
  const all = account.list(TASK_DEFINITION);
  const found =
    all.find(({ id }) => id === wanted || id.endsWith(`/${wanted}`)) ??
    all.findLast(({ outputs }) => outputs.family === wanted);
  if (found === undefined) {
    throw new ServiceError(
      "ClientException",
      "DescribeTaskDefinition",
      "Unable to describe task definition.",
    );
  }
  const { inputs, outputs } = found;
  const same = ["family", "networkMode", "cpu", "memory", "requiresCompatibilities"];
  const roles = ["executionRoleArn", "taskRoleArn", "runtimePlatform", "revision"];
  const kept = [...same, ...roles].flatMap((key) => {
    const value = outputs[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  return {
    taskDefinitionArn: outputs.arn,
    containerDefinitions: JSON.parse(String(inputs.containerDefinitions)) as unknown,
    ...Object.fromEntries(kept),
    volumes: inputs.volumes ?? [],
    status: "ACTIVE",
  };
}
