import * as grpc from "@grpc/grpc-js";
import type { EnforcementLevel, PolicyPackArgs } from "@pulumi/policy";
import * as policyServer from "@pulumi/policy/server";
import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { forgetInputs } from "../../policies/graph/inputs";
import { forgetExemptions } from "../../policies/lib/exemptions";
import { forgetOpenQuestions } from "../../policies/lib/openQuestions";
import { type Rule } from "../../policies/lib/rule";

/** The sentinel that the engine sends for an unknown value. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Wraps a value as the engine sends a secret. */
export function secret(value: unknown): object {
  return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value };
}

/** A resource of a test's stack. */
export interface TestResource {
  readonly type: string;
  /** @default "it" */
  readonly name?: string;
  /** Inputs. */
  readonly props: object;
  /** Outputs, for stack rules. @default the inputs */
  readonly outputs?: object;
  /** Names of the resources a property depends on. @default {} */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
  /** Name of the parent resource. */
  readonly parent?: string;
  readonly ignoreChanges?: readonly string[];
  /** Whether the engine only sends it with the whole stack, as it does with views. @default false */
  readonly isView?: boolean;
  /** Configuration of its provider. */
  readonly provider?: object;
}

/** A finding as the engine would receive it. */
export interface Finding {
  readonly rule: string;
  readonly level: EnforcementLevel;
  readonly message: string;
  readonly urn: string;
}

type Rpc<Request, Response> = (
  call: { request: Request },
  callback: (error: Error | null | undefined, response?: Response) => void,
) => unknown;
type MakeRpc<Request, Response> = (
  pack: string,
  version: string,
  level: EnforcementLevel,
  policies: readonly Rule[],
) => Rpc<Request, Response>;

interface Implementation {
  readonly configure: Rpc<analyzer.ConfigureAnalyzerRequest, unknown>;
}

// The SDK marks these as internal, so its types leave them out. They are the ones the engine calls.
const sdk = policyServer as unknown as {
  makeAnalyzeRpcFun: MakeRpc<analyzer.AnalyzeRequest, analyzer.AnalyzeResponse>;
  makeAnalyzeStackRpcFun: MakeRpc<analyzer.AnalyzeStackRequest, analyzer.AnalyzeResponse>;
  makeRemediateRpcFun: MakeRpc<analyzer.AnalyzeRequest, analyzer.RemediateResponse>;
  serve: (pack: string, version: string, level: EnforcementLevel, args: PolicyPackArgs) => void;
};

function send<Request, Response>(rpc: Rpc<Request, Response>, request: Request): Promise<Response> {
  return new Promise((resolve, reject) => {
    rpc({ request }, (error, response) => {
      if (error) {
        reject(error);
      } else {
        resolve(response as Response);
      }
    });
  });
}

// The configuration lives inside the SDK and only the server's own function sets it: take that
// function as it is registered with the server, and open no port.
function takeConfigure(): Implementation["configure"] {
  const prototype = grpc.Server.prototype;
  const { addService, bindAsync } = Object.getOwnPropertyDescriptors(prototype);
  const taken: Implementation[] = [];
  prototype.addService = (_service, implementation) => {
    taken.push(implementation as unknown as Implementation);
  };
  prototype.bindAsync = () => undefined;
  try {
    sdk.serve("tests", "1.0.0", "mandatory", { policies: [] });
  } finally {
    Object.defineProperties(prototype, { addService, bindAsync });
  }
  const [implementation] = taken;
  if (!implementation) {
    throw new Error("the policy SDK registered no service");
  }
  return implementation.configure;
}

const configureRpc = takeConfigure();

const LEVELS = {
  advisory: analyzer.EnforcementLevel.ADVISORY,
  mandatory: analyzer.EnforcementLevel.MANDATORY,
  disabled: analyzer.EnforcementLevel.DISABLED,
  remediate: analyzer.EnforcementLevel.REMEDIATE,
} satisfies Record<EnforcementLevel, analyzer.EnforcementLevel>;

function levelName(level: analyzer.EnforcementLevel): EnforcementLevel {
  const names = Object.keys(LEVELS) as EnforcementLevel[];
  return names.find((name) => LEVELS[name] === level) ?? "mandatory";
}

/** Policy pack configuration, as in `policies/config/*.json`. */
export type PackConfig = Readonly<
  Record<
    string,
    { readonly enforcementLevel: EnforcementLevel; readonly [setting: string]: unknown }
  >
>;

/** The request with which the engine sends the configuration. */
export function configureRequest(config: PackConfig): analyzer.ConfigureAnalyzerRequest {
  const request = new analyzer.ConfigureAnalyzerRequest();
  for (const [rule, { enforcementLevel, ...settings }] of Object.entries(config)) {
    const policy = new analyzer.PolicyConfig();
    policy.setEnforcementlevel(LEVELS[enforcementLevel]);
    policy.setProperties(struct(settings));
    request.getPolicyconfigMap().set(rule, policy);
  }
  return request;
}

/** Structs already made from an object: most resources of a stack are the same in the next check. */
const structs = new WeakMap<object, Struct>();

function struct(value: object): Struct {
  const known = structs.get(value);
  if (known) return known;
  const made = Struct.fromJavaScript(JSON.parse(JSON.stringify(value)) as Record<string, never>);
  structs.set(value, made);
  return made;
}

export function urnOf({ type, name = "it" }: Pick<TestResource, "type" | "name">): string {
  return `urn:pulumi:dev::ecs-handson::${type}::${name}`;
}

function options({ ignoreChanges = [] }: TestResource): analyzer.AnalyzerResourceOptions {
  const result = new analyzer.AnalyzerResourceOptions();
  result.setIgnorechangesList([...ignoreChanges]);
  return result;
}

/** The engine's request to judge one resource. */
export function analyzeRequest(resource: TestResource): analyzer.AnalyzeRequest {
  const request = new analyzer.AnalyzeRequest();
  request.setType(resource.type);
  request.setName(resource.name ?? "it");
  request.setUrn(urnOf(resource));
  request.setProperties(struct(resource.props));
  request.setOptions(options(resource));
  if (resource.provider) {
    const provider = new analyzer.AnalyzerProviderResource();
    provider.setType("pulumi:providers:aws");
    provider.setName("default");
    provider.setProperties(struct(resource.provider));
    request.setProvider(provider);
  }
  return request;
}

/** The engine's request to judge the whole stack. */
export function stackRequest(resources: readonly TestResource[]): analyzer.AnalyzeStackRequest {
  const urnByName = new Map(
    resources.map((resource) => [resource.name ?? "it", urnOf(resource)] as const),
  );
  // A test may look at a part of a stack; the SDK leaves out dependencies that are not in it.
  const urn = (name: string): string => urnByName.get(name) ?? `not in the stack: ${name}`;
  const request = new analyzer.AnalyzeStackRequest();
  request.setResourcesList(
    resources.map((resource) => {
      const entry = new analyzer.AnalyzerResource();
      entry.setType(resource.type);
      entry.setName(resource.name ?? "it");
      entry.setUrn(urnOf(resource));
      entry.setProperties(struct(resource.outputs ?? resource.props));
      entry.setOptions(options(resource));
      if (resource.parent !== undefined) {
        entry.setParent(urn(resource.parent));
      }
      for (const [property, names] of Object.entries(resource.dependencies ?? {})) {
        const dependencies = new analyzer.AnalyzerPropertyDependencies();
        dependencies.setUrnsList(names.map(urn));
        entry.getPropertydependenciesMap().set(property, dependencies);
      }
      return entry;
    }),
  );
  return request;
}

function findings(response: analyzer.AnalyzeResponse, urn = ""): Finding[] {
  return response.getDiagnosticsList().map((diagnostic) => ({
    rule: diagnostic.getPolicyname(),
    level: levelName(diagnostic.getEnforcementlevel()),
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn() || urn,
  }));
}

const PACK = ["ecs-handson", "1.0.0", "mandatory"] as const;

/**
 * Runs rules over a stack as the engine does in one operation: every resource, then the stack.
 *
 * @param config Configuration of the operation. @default {}
 */
export async function check(
  rules: readonly Rule[],
  resources: readonly TestResource[],
  config: PackConfig = {},
): Promise<Finding[]> {
  forgetInputs();
  forgetExemptions();
  forgetOpenQuestions();
  await send(configureRpc, configureRequest(config));
  // The SDK throws an error for each unknown value, and nobody reads its stack trace.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await judged(rules, resources);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function judged(
  rules: readonly Rule[],
  resources: readonly TestResource[],
): Promise<Finding[]> {
  const analyze = sdk.makeAnalyzeRpcFun(...PACK, rules);
  const found: Finding[] = [];
  for (const resource of resources.filter(({ isView }) => isView !== true)) {
    found.push(...findings(await send(analyze, analyzeRequest(resource)), urnOf(resource)));
  }
  const analyzeStack = sdk.makeAnalyzeStackRpcFun(...PACK, rules);
  return [...found, ...findings(await send(analyzeStack, stackRequest(resources)))];
}

/** Rules that report themselves as not applicable to a resource's type. */
export async function notApplicable(
  rules: readonly Rule[],
  resource: TestResource,
): Promise<string[]> {
  await send(configureRpc, configureRequest({}));
  const analyze = sdk.makeAnalyzeRpcFun(...PACK, rules);
  const response = await send(analyze, analyzeRequest(resource));
  return response.getNotApplicableList().map((entry) => entry.getPolicyName());
}

/** What the engine would create instead: the properties after every remediation that changed some. */
export async function remediate(
  rules: readonly Rule[],
  resource: TestResource,
  config: PackConfig = {},
): Promise<unknown[]> {
  await send(configureRpc, configureRequest(config));
  const rpc = sdk.makeRemediateRpcFun(...PACK, rules);
  const response = await send(rpc, analyzeRequest(resource));
  return response.getRemediationsList().map((entry) => {
    if (entry.getDiagnostic()) {
      throw new Error(entry.getDiagnostic());
    }
    return entry.getProperties()?.toJavaScript();
  });
}
