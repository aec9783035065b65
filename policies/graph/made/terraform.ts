import * as tokens from "../tokens";
import { type Fields, isFields, type Value } from "../value";
import { isVerbatim } from "./names";

// Pulumi runs Terraform in two ways. A provider of Terraform that is added as a package (`pulumi package add
// terraform-provider hashicorp/aws`) has its resources as `aws:index/ecsTaskDefinition:EcsTaskDefinition`, with
// properties named as those of the AWS provider. A module is a package whose resources are
// `network:tf:aws_security_group`, with properties as Terraform plans them.
// Sources: pulumi-terraform-bridge, dynamic/info.go (providerInfo); pulumi-terraform-module,
// pkg/modprovider/child.go (childResourceTypeToken, childResourceInputs).

const small = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** Tokens of the AWS provider by Terraform's names, in small letters: `aws_lb_listener` is `lblistener`. */
const TOKENS: ReadonlyMap<string, string> = new Map([
  ...Object.values(tokens)
    .flat()
    .flatMap((token): [string, string][] => {
      const [, module = "", name = ""] = /^aws:(\w+)\/(\w+):/.exec(token) ?? [];
      // What EC2 has of old has no prefix, and no other name is as short.
      return [name, module + name].map((each) => [small(each), token]);
    }),
  ["lb", tokens.LOAD_BALANCERS[0] ?? ""],
  ["alb", tokens.LOAD_BALANCERS[0] ?? ""],
  ["elb", tokens.CLASSIC_LOAD_BALANCER],
  ["codepipeline", tokens.PIPELINE],
]);

/** Types of resources that come from Terraform. */
export const TERRAFORM = /^(aws:index\/\w+:|[^:]+:tf:aws_)/;

/** Whether a type is one of a module, whose resources do not say what they refer to. */
export const isOfModule = (type: string): boolean => /^[^:]+:tf:aws_/.test(type);

/** What hides a resource of a module from the rules. */
export const MODULE_HIDES = "is made by a Terraform module, which does not say what it refers to";

/** The AWS provider's token for a type of Terraform's, or nothing for types that no rule looks at. */
export function tokenOf(type: string): string | undefined {
  const [, ofModule, ofProvider = ""] =
    /^(?:[^:]+:tf:aws_(\w+)|aws:index\/(\w+):.*)$/.exec(type) ?? [];
  return TOKENS.get(small(ofModule ?? ofProvider));
}

const camel = (name: string): string =>
  name.replace(/_+([a-z0-9])/g, (_whole, letter: string) => letter.toUpperCase());

const plural = (name: string): string =>
  name.endsWith("y") ? `${name.slice(0, -1)}ies` : `${name}s`;

const isBlocks = (value: Value): value is readonly Fields[] =>
  Array.isArray(value) && (value as readonly Value[]).every(isFields);

/** A block that stands alone is an object of Pulumi's or the only one of a list, which rules read alike. */
function unwrapped(value: Value): Value {
  if (isFields(value)) return asProvider(value);
  if (!Array.isArray(value)) return value;
  const all = (value as readonly Value[]).map(unwrapped);
  return isBlocks(value) && all.length < 2 ? all[0] : all;
}

/** Properties as Terraform plans them in the AWS provider's names, which has those of blocks in the plural. */
export function asProvider(planned: Fields): Fields {
  const named = Object.entries(planned).map(([key, value]): [string, Value] => {
    const name = camel(key);
    return [name, isFields(value) && isVerbatim(name, value) ? value : unwrapped(value)];
  });
  const several = named.map(([name, value]): [string, Value] => [plural(name), value]);
  return Object.fromEntries([...several, ...named]);
}
