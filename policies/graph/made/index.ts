import {
  GROUP_VPC_ASSOCIATION,
  INGRESS_RULE,
  SECURITY_GROUP_RULE,
  SECURITY_GROUPS,
  TASK_RUNNERS,
} from "../tokens";
import { type Fields, isFields, isAbsent, plain, toText, UNKNOWN, type Value } from "../value";
import { Evaluator } from "./evaluate";
import { classicToken, shaped } from "./shapes";
import { hasParts, type Part, partsOf } from "./parts";
import { asProvider, isOfModule, MODULE_HIDES, TERRAFORM, tokenOf } from "./terraform";
import { parseTemplate, type Template } from "./template";

/** A resource in the AWS provider's shape that a resource of another kind creates. */
export interface Made {
  /** The AWS provider's type token. */
  readonly type: string;
  readonly props: Fields;
  /** A placeholder for its id, by which other resources of its template refer to it. */
  readonly id?: string;
  /** Its place inside the resource that creates it: the logical id in a template. */
  readonly inside?: string;
  /** Whether the resources it refers to are unknown, so that it is judged on its own. @default false */
  readonly isApart?: boolean;
  /** The source of each property that has another name there; or a list of sources for all properties. */
  readonly sources: Readonly<Record<string, string>> | readonly string[];
}

/** What the rules cannot look into. */
export interface Unseen {
  /** Ends "The resource ...". */
  readonly reason: string;
  /** Type tokens of what may be hidden; undefined if it may be anything. */
  readonly types?: readonly string[];
}

/** What a resource creates. */
export interface Making {
  readonly made: readonly Made[];
  readonly unseen?: Unseen;
}

interface Given {
  readonly type: string;
  readonly urn: string;
  /** Read only for resources that create others. */
  readonly props: () => Fields;
}

/** Types of resources that create others, except for tasks and Terraform. */
const MAKERS =
  /^(aws-native:|aws:(cloudcontrol|cloudformation|serverlessrepository|servicecatalog)\/)/;

/** Resources that cannot be judged without the groups that they refer to. */
const REFERRING = [...TASK_RUNNERS, SECURITY_GROUP_RULE, INGRESS_RULE, GROUP_VPC_ASSOCIATION];

const nothing: Making = { made: [] };

/**
 * What a resource creates, in the AWS provider's shape: the resources of the Cloud Control provider, of Cloud Control
 * itself and of CloudFormation, and the tasks of schedules, events and Express services.
 *
 * @returns undefined for an ordinary resource, which creates only itself.
 */
export function makingOf(given: Given): Making | undefined {
  const { type } = given;
  if (hasParts(type)) return { made: [...partsOf(type, given.props())] };
  if (TERRAFORM.test(type)) return terraform(type, given.props);
  if (!MAKERS.test(type)) return undefined;
  const props = given.props();
  const [, service = "", name = ""] = /^aws-native:([^:/]+)[^:]*:(.+)$/.exec(type) ?? [];
  if (service === "cloudformation" && ["Stack", "StackSet"].includes(name))
    return stack(given.urn, props);
  if (service === "index" && name === "ExtensionResource") {
    return cloudControl(props.type, props.properties, ["properties"]);
  }
  if (service !== "") return { made: withParts(shaped(service, name, props)) };
  switch (type) {
    case "aws:cloudcontrol/resource:Resource":
      return cloudControl(props.typeName, props.desiredState, ["desiredState"]);
    case "aws:cloudformation/stack:Stack":
    case "aws:cloudformation/stackSet:StackSet":
      return stack(given.urn, props);
    case "aws:serverlessrepository/cloudFormationStack:CloudFormationStack":
      return {
        made: [],
        unseen: { reason: "deploys an application of the Serverless repository" },
      };
    case "aws:servicecatalog/provisionedProduct:ProvisionedProduct":
      return { made: [], unseen: { reason: "deploys a product of Service Catalog" } };
    default:
      return undefined;
  }
}

function terraform(type: string, given: Given["props"]): Making | undefined {
  const token = tokenOf(type);
  if (token === undefined) return undefined;
  if (!isOfModule(type)) return { made: withParts({ type: token, props: given(), sources: {} }) };
  const { ingress, ...props } = asProvider(given());
  // If a group has no rules of its own, the plan does not know what rules it will have.
  const isOpen = ingress === UNKNOWN && SECURITY_GROUPS.includes(token);
  const planned: Fields = isOpen ? props : { ...props, ingress };
  const made = withParts({ type: token, props: planned, sources: {} }).map((part) => ({
    ...part,
    isApart: REFERRING.includes(part.type),
  }));
  const hidden = made.filter(({ isApart }) => isApart).map((part) => part.type);
  const types = [...hidden, ...(isOpen ? [token] : [])];
  return { made, ...(types.length > 0 && { unseen: { reason: MODULE_HIDES, types } }) };
}

/**
 * What is hidden in a resource that the engine shows only in the check of the whole stack. It does so with views, which
 * the resources of a Terraform module may be, and shows them without properties.
 * Source: pulumi-terraform-module, pkg/modprovider/views.go; pulumi, pkg/resource/deploy (ResourceStatus).
 */
export function hiddenIn(type: string): Unseen | undefined {
  const token = isOfModule(type) ? tokenOf(type) : undefined;
  return token === undefined ? undefined : { reason: MODULE_HIDES, types: tokensOf(token) };
}

/** A resource and what else it creates. */
function withParts(resource: Part | undefined): readonly Part[] {
  return resource ? [resource, ...partsOf(resource.type, resource.props)] : [];
}

function parsed(text: Value): Value {
  if (typeof text !== "string") return text;
  try {
    return plain(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function cloudControl(typeName: Value, state: Value, sources: readonly string[]): Making {
  if (typeof typeName !== "string") {
    return { made: [], unseen: { reason: "is of a type that is not known" } };
  }
  const [, service = "", name = ""] = typeName.split("::");
  if (typeName === "AWS::CloudFormation::Stack" || typeName === "AWS::CloudFormation::StackSet") {
    return { made: [], unseen: { reason: `is an ${typeName}, whose template is somewhere else` } };
  }
  const token = classicToken(service, name);
  if (token === undefined) return nothing;
  const props = parsed(state);
  if (!isFields(props)) {
    const why = state === UNKNOWN ? "not known yet" : "no JSON object";
    const reason = `is an ${typeName} whose ${sources.join()} is ${why}`;
    return { made: [], unseen: { reason, types: tokensOf(token) } };
  }
  return { made: withParts(shaped(service, name, props)).map((each) => ({ ...each, sources })) };
}

/** The types of a resource and of what else it may create. */
function tokensOf(token: string): readonly string[] {
  return [token, ...partsOf(token, new Proxy({}, { get: () => UNKNOWN })).map(({ type }) => type)];
}

// The rules look at a resource one after the other, so the last template is kept.
let last: { readonly text: string; readonly template: Template | undefined } | undefined;

function templateOf(text: string): Template | undefined {
  if (last?.text !== text) last = { text, template: parseTemplate(text) };
  return last.template;
}

function stack(urn: string, props: Fields): Making {
  const { templateBody, templateUrl, templateURL, parameters } = props;
  if (isAbsent(templateBody)) {
    const isElsewhere = !isAbsent(templateUrl ?? templateURL);
    const reason = isElsewhere ? "takes its template from templateUrl" : "names no template";
    return { made: [], unseen: { reason } };
  }
  if (templateBody === UNKNOWN) {
    return { made: [], unseen: { reason: "has a templateBody that is not known yet" } };
  }
  const template = templateOf(toText(templateBody));
  if (!template) return { made: [], unseen: { reason: "has a templateBody that cannot be read" } };
  return resourcesOf(template, parameters, urn);
}

/** Types of resources in a template that bring in others from elsewhere. */
const bringsInOthers = (type: string): boolean =>
  /^AWS::CloudFormation::(Stack|StackSet|Macro)$/.test(type) ||
  type.endsWith("::MODULE") ||
  /^AWS::(ServiceCatalog::CloudFormationProvisionedProduct|Serverless::Application)$/.test(type);

/** Macros that add no resource that the rules look at. */
const HARMLESS = ["AWS::LanguageExtensions", "AWS::Serverless-2016-10-31"].concat([
  "AWS::SecretsManager-2020-07-23",
  "AWS::CodeDeployBlueGreen",
]);

function resourcesOf(template: Template, parameters: Value, urn: string): Making {
  const macro = template.Transform.find((name) => !HARMLESS.includes(String(name)));
  if (macro !== undefined) {
    return { made: [], unseen: { reason: "has a template that a macro rewrites" } };
  }
  const idOf = (logicalId: string): string => `${urn}#${logicalId}`;
  const evaluator = new Evaluator(template, parameters, idOf);
  const made: Made[] = [];
  let unseen: Unseen | undefined;
  for (const [logicalId, { Type, Properties, Condition }] of Object.entries(template.Resources)) {
    if (Condition !== undefined && evaluator.holds(Condition) === false) continue;
    if (bringsInOthers(Type)) {
      unseen ??= { reason: `has a template in which ${logicalId} is an ${Type}` };
      continue;
    }
    const [, service = "", name = ""] = Type.split("::");
    if (classicToken(service, name) === undefined) continue;
    const given = evaluator.value(Properties ?? {});
    if (!isFields(given) || "Fn::Transform" in given) {
      unseen ??= {
        reason: `has a template in which ${logicalId} has properties that are not known`,
      };
      continue;
    }
    const sources = ["templateBody", "parameters"];
    for (const part of withParts(shaped(service, name, given))) {
      made.push({ ...part, sources, inside: logicalId, id: idOf(logicalId) });
    }
  }
  return { made, ...(unseen && { unseen }) };
}
