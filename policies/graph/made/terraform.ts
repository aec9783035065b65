import * as tokens from "../tokens";
import { type Fields, isFields, type Value } from "../value";
import { isVerbatim } from "./names";

// Pulumi runs Terraform in two ways. A Terraform provider that is added as a package (`pulumi package add
// terraform-provider hashicorp/aws`) has types such as `aws:index/ecsTaskDefinition:EcsTaskDefinition`, and the same
// names of properties as the AWS provider. A module is a package whose resources have types such as
// `network:tf:aws_security_group`, and properties as Terraform plans them.
// Sources: pulumi-terraform-bridge, dynamic/info.go (providerInfo); pulumi-terraform-module,
// pkg/modprovider/child.go (childResourceTypeToken, childResourceInputs).

const condensed = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** The AWS provider's tokens by Terraform's names in condensed form: `aws_lb_listener` is `lblistener`. */
const TOKENS: ReadonlyMap<string, string> = new Map([
  ...Object.values(tokens)
    .flat()
    .flatMap((token): [string, string][] => {
      const [, module = "", name = ""] = /^aws:(\w+)\/(\w+):/.exec(token) ?? [];
      // EC2's oldest types have no prefix, e.g. `aws_instance`; no other type has such a short name.
      return [name, module + name].map((each) => [condensed(each), token]);
    }),
  ["lb", tokens.LOAD_BALANCERS[0] ?? ""],
  ["alb", tokens.LOAD_BALANCERS[0] ?? ""],
  ["elb", tokens.CLASSIC_LOAD_BALANCER],
  ["codepipeline", tokens.PIPELINE],
]);

/** Matches the types of resources that come from Terraform. */
export const TERRAFORM = /^(aws:index\/\w+:|[^:]+:tf:aws_)/;

/** Whether a type belongs to a module, whose resources do not say what they refer to. */
export const isOfModule = (type: string): boolean => /^[^:]+:tf:aws_/.test(type);

/** Why the rules cannot look into a resource of a module; ends "The resource ...". */
export const MODULE_HIDES = "is made by a Terraform module, which does not say what it refers to";

/** The AWS provider's token for a Terraform type; undefined for types that no rule looks at. */
export function tokenOf(type: string): string | undefined {
  const [, ofModule, ofProvider = ""] =
    /^(?:[^:]+:tf:aws_(\w+)|aws:index\/(\w+):.*)$/.exec(type) ?? [];
  return TOKENS.get(condensed(ofModule ?? ofProvider));
}

const camel = (name: string): string =>
  name.replace(/_+([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());

const plural = (name: string): string =>
  name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;

const isBlocks = (value: Value): value is readonly Fields[] =>
  Array.isArray(value) && (value as readonly Value[]).every(isFields);

/** Unwraps a single block from its list: rules read an object and a list of one object alike. */
function unwrapped(value: Value): Value {
  if (isFields(value)) return asProvider(value);
  if (!Array.isArray(value)) return value;
  const all = (value as readonly Value[]).map(unwrapped);
  return isBlocks(value) && all.length < 2 ? all[0] : all;
}

/** Converts the names in Terraform's plan to the AWS provider's, which uses plurals for blocks. */
export function asProvider(planned: Fields): Fields {
  const named = Object.entries(planned).map(([key, value]): [string, Value] => {
    const name = camel(key);
    return [name, isFields(value) && isVerbatim(name, value) ? value : unwrapped(value)];
  });
  const several = named.map(([name, value]): [string, Value] => [plural(name), value]);
  return Object.fromEntries([...several, ...named]);
}
