import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import * as yaml from "yaml";

import type { deployCicd } from "../../chapters/cicd";
import type { deployEc2 } from "../../chapters/ec2";
import type { deployExpress } from "../../chapters/express";
import type { deployFargate } from "../../chapters/fargate";
import type { deployNetwork } from "../../chapters/foundation";
import type { deployMicroservices } from "../../chapters/microservices";
import "./quickSdk";

const root = path.resolve(__dirname, "..", "..");

type RegisterResource = (request: RegisterResourceRequest, callback: unknown) => unknown;

/** A resource that the program registered or read. */
export interface AskedResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** Whether it exists already, and is only read. */
  isRead: boolean;
  /** Inputs that updates leave alone. */
  ignoreChanges: string[];
  /** Whether a replacement waits until the old one is gone. */
  deleteBeforeReplace: boolean;
  /** Names of the resources that it waits for, and that are deleted after it. */
  dependencies: string[];
  /** The same for each input that comes from other resources, each as its type and its name. */
  propertyDependencies: Record<string, string[]>;
  /** Type of the resource that it belongs to, without those above it. */
  parentType: string | undefined;
}

/** What the provider's functions return, by token. */
export type Answers = Record<string, (args: Record<string, unknown>) => Record<string, unknown>>;

/** Outputs that an account adds to a resource's inputs, e.g. an ARN like AWS's; `id` is the resource's id. */
export type States = (
  type: string,
  name: string,
  inputs: Record<string, unknown>,
) => Record<string, unknown>;

/** The answers of an account in which nothing of the stack exists. */
export const nothingStands: Answers = {
  "aws:ec2/getVpcs:getVpcs": () => ({ ids: [] }),
  "aws:ec2/getSecurityGroups:getSecurityGroups": () => ({ ids: [], vpcIds: [] }),
  "pulumi:pulumi:readStackOutputs": () => ({ outputs: {} }),
  "aws:lb/getListenerRule:getListenerRule": () => {
    throw invokeError("empty result");
  },
};

/** The error of a provider's function, which the SDK reads from its details. */
export const invokeError = (details: string) => Object.assign(new Error(details), { details });

/** Answers like the engine of a new stack, and records what is registered. */
class Recorder implements pulumi.runtime.Mocks {
  readonly resources: AskedResource[] = [];
  private readonly requests = new Map<string, RegisterResourceRequest>();

  constructor(
    private readonly answers: Answers,
    private readonly states: States,
  ) {}

  /** Listens in on the SDK's own mock, which does not pass options on. */
  listenTo(monitor: unknown): void {
    const listened = monitor as { registerResource: RegisterResource };
    const answer = listened.registerResource.bind(monitor);
    listened.registerResource = (request, callback) => {
      this.requests.set(`${request.getType()} ${request.getName()}`, request);
      return answer(request, callback);
    };
  }

  newResource({ type, name, inputs, custom, id: readId }: pulumi.runtime.MockResourceArgs) {
    const given = inputs as Record<string, unknown>;
    const request = this.requests.get(`${type} ${name}`);
    this.resources.push({
      type,
      name,
      inputs: given,
      isRead: custom === true && readId !== undefined && readId !== "",
      ignoreChanges: request?.getIgnorechangesList() ?? [],
      deleteBeforeReplace: request?.getDeletebeforereplace() ?? false,
      dependencies: (request?.getDependenciesList() ?? []).map(nameOf),
      propertyDependencies: propertyDependencies(request),
      parentType: typeOf(request?.getParent() ?? ""),
    });
    const { id = `${name}-id`, ...made } = this.states(type, name, given);
    const state = { ...given, arn: `arn:aws:mock:::${name}`, ...computed(type, name, given) };
    return { id: String(id), state: { ...state, ...made } };
  }

  call({ token, inputs }: pulumi.runtime.MockCallArgs): Record<string, unknown> {
    if (token === "aws:index/getCallerIdentity:getCallerIdentity") {
      return { accountId: "123456789012" };
    }
    const answer = this.answers[token];
    if (!answer) throw new Error(`${token}: there is no answer for this function`);
    return answer(inputs as Record<string, unknown>);
  }
}

/** The name at the end of a URN. */
const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

/** The type in a URN, without those of the resources above it. */
const typeOf = (urn: string) => urn.split("::")[2]?.split("$").at(-1);

function propertyDependencies(request?: RegisterResourceRequest): Record<string, string[]> {
  const entries = request?.getPropertydependenciesMap().getEntryList() ?? [];
  return Object.fromEntries(
    entries.map(([property]) => {
      const urns = request?.getPropertydependenciesMap().get(property)?.getUrnsList() ?? [];
      return [property, urns.map((urn) => `${typeOf(urn) ?? ""} ${nameOf(urn)}`)];
    }),
  );
}

/** An existing one is issued, and a new one waits for a record for each of its names. */
function certificate({ domainName, subjectAlternativeNames = [] }: Record<string, unknown>) {
  const names = [domainName, ...(subjectAlternativeNames as string[])] as (string | undefined)[];
  return {
    domainName: domainName ?? "certified.example.com",
    status: domainName === undefined ? "ISSUED" : "PENDING_VALIDATION",
    domainValidationOptions: names.map((one = "") => ({
      domainName: one,
      resourceRecordName: `_proof.${one.replace("*.", "")}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: "_value.acm-validations.aws.",
    })),
  };
}

function computed(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
): Record<string, unknown> {
  switch (type) {
    case "awsx:ec2:Vpc":
      return {
        vpcId: "vpc-mock",
        publicSubnetIds: ["subnet-public-1", "subnet-public-2"],
        privateSubnetIds: ["subnet-private-1", "subnet-private-2"],
      };
    case "pulumi:pulumi:StackReference":
      return {
        outputs: {
          network: {
            vpcId: "vpc-shared",
            taskSubnetIds: ["subnet-shared-1", "subnet-shared-2"],
            dnsName: "shared.elb.mock",
            listenerArn: "arn:aws:mock:::shared-http",
            arnSuffix: "app/shared/1",
            securityGroupId: "sg-shared",
          },
        },
      };
    case "aws:lb/loadBalancer:LoadBalancer":
      return { dnsName: `${name}.elb.mock`, arnSuffix: `app/${name}/1`, zoneId: "Z-elb" };
    case "aws:acm/certificate:Certificate":
      return certificate(inputs);
    case "aws:route53/record:Record":
      return { fqdn: inputs.name };
    case "aws:lb/targetGroup:TargetGroup":
      return { arnSuffix: `targetgroup/${name}/2` };
    case "aws:ec2/launchTemplate:LaunchTemplate":
      return { latestVersion: 7 };
    case "aws:ecr/repository:Repository":
      return { repositoryUrl: `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/${name}` };
    case "aws:ecs/taskDefinition:TaskDefinition":
      return { arnWithoutRevision: `arn:aws:mock:::${name}` };
    case "aws:ecs/expressGatewayService:ExpressGatewayService":
      return {
        serviceArn: `arn:aws:mock:::${name}`,
        ingressPaths: [{ accessType: "PUBLIC", endpoint: `https://${name}.ecs.mock` }],
      };
    case "aws:codedeploy/deploymentGroup:DeploymentGroup":
      return { arn: `arn:aws:mock:::deploymentgroup:${name}` };
    case "aws:codecommit/repository:Repository":
      return { cloneUrlHttp: `https://git.mock/${name}` };
    case "aws:s3/bucket:Bucket":
      return { bucket: `${name}-1` };
    case "aws:sns/topic:Topic":
      return { owner: "123456789012" };
    case "aws:secretsmanager/secretVersion:SecretVersion":
      return {
        secretArn: `arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:${name}-AbCdEf`,
      };
    case "random:index/randomPassword:RandomPassword":
      return { result: `random text of ${name}` };
    case "awsx:ecr:Image":
      return { imageUri: `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/${name}@sha256:0` };
    default:
      return {};
  }
}

/**
 * Evaluates code that declares resources and waits until the mock engine has received them all.
 *
 * @returns the resources in the order in which they were registered, what the code returned, and its warnings.
 * @throws what the code throws.
 */
export async function evaluate<T extends object>(
  program: () => T | Promise<T>,
  {
    stack = "dev",
    config = {},
    answers = nothingStands,
    states = () => ({}),
  }: {
    stack?: string;
    config?: Record<string, string>;
    answers?: Answers;
    states?: States;
  } = {},
) {
  const recorder = new Recorder(answers, states);
  await pulumi.runtime.setMocks(recorder, "ecs-handson", stack, false, "organization");
  recorder.listenTo(pulumi.runtime.getMonitor());
  pulumi.runtime.setAllConfig(config);
  const warnings: string[] = [];
  const { warn } = console;
  // Without an engine the SDK warns here.
  console.warn = (text: string) => warnings.push(text);
  try {
    const returned = await program();
    const outputs = await new Promise<pulumi.Unwrap<T>>((resolve) => {
      pulumi.output(returned).apply(resolve);
    });
    await pulumi.runtime.disconnect(false);
    return { resources: recorder.resources, outputs, warnings };
  } finally {
    console.warn = warn;
  }
}

/** The values that the engine gives the program when a stack sets nothing itself. */
export function defaultConfig(): Record<string, string> {
  return { ...(defaults ??= readDefaults()) };
}

let defaults: Record<string, string> | undefined;

function readDefaults(): Record<string, string> {
  const project = yaml.parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, { default?: unknown; value?: unknown }>;
  };
  return Object.fromEntries(
    Object.entries(project.config).map(([key, { default: standard, value }]) => {
      const text = standard ?? value;
      return [
        key.includes(":") ? key : `ecs-handson:${key}`,
        typeof text === "string" ? text : JSON.stringify(text),
      ];
    }),
  );
}

interface ProgramOutputs {
  albDnsName: pulumi.Output<string>;
  url: pulumi.Output<string>;
  network?: ReturnType<typeof deployNetwork>;
  fargate?: Awaited<ReturnType<typeof deployFargate>>;
  ec2?: Awaited<ReturnType<typeof deployEc2>>;
  cicd?: Awaited<ReturnType<typeof deployCicd>>;
  microservices?: Awaited<ReturnType<typeof deployMicroservices>>;
  express?: ReturnType<typeof deployExpress>;
}

/** Evaluates the program itself with the default settings and `changes` to them. */
export function evaluateProgram(
  changes: Record<string, string> = {},
  stack = "dev",
  answers = nothingStands,
  states?: States,
) {
  const prefixed = Object.entries(changes).map(([key, value]) => [
    key.includes(":") ? key : `ecs-handson:${key}`,
    value,
  ]);
  const config = { ...defaultConfig(), ...Object.fromEntries(prefixed) } as Record<string, string>;
  return evaluate(
    () => {
      const require = createRequire(path.join(root, "index.ts"));
      const entry = require.resolve("./index.ts");
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete require.cache[entry];
      return require(entry) as Promise<ProgramOutputs>;
    },
    { stack, config, answers, states },
  );
}
