import { arnOf, idOfResource } from "../permissions/arns";
import type { AskedResource } from "../program/mocks";
import { type ApiCall, callProblems } from "./call";
import { callsOf } from "./calls";
import { type Inputs, without } from "./calls/resource";
import { isObject } from "./validation";

/** Types that make no call of AWS's API, with the reason. */
const silent: Readonly<Record<string, string>> = {
  "awsx:ec2:Vpc": "a component; what is in it makes the calls",
  "awsx:ecr:Image": "Docker pushes it",
};

/** Whether a resource is created by calls of AWS's API. */
export const isOfAws = ({ type, isRead }: AskedResource) =>
  /^awsx?:/.test(type) && !isRead && !silent[type];

/**
 * The calls that the provider makes for a resource, and its tags.
 * @throws Error if they are not listed.
 */
export function replay(
  resource: AskedResource,
  tagsOfAll: Record<string, string>,
): { calls: ApiCall[]; tags: Record<string, string> } {
  const calls = callsOf[resource.type];
  if (!calls) throw new Error(`${resource.type}: its calls are not listed in tests/awsApi/calls`);
  const inputs = unsealed(resource.inputs) as Inputs;
  const own = isObject(inputs.tags) ? inputs.tags : {};
  const tags = { ...tagsOfAll, ...own } as Record<string, string>;
  return {
    tags,
    calls: calls({
      name: resource.name,
      id: idOfResource(resource),
      arn: arnOf(resource) ?? "",
      inputs: isObject(inputs.tags) ? without(inputs, "tags") : inputs,
      tags,
    }),
  };
}

/** Values without the seal that Pulumi puts around secrets. */
function unsealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unsealed);
  if (!isObject(value)) return value;
  if (secretKey in value) return unsealed(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unsealed(item)]));
}

/** Source: Pulumi's SDK, runtime/rpc.ts, specialSigKey. */
const secretKey = "4dabf18193072939515e22adb298388d";

/** Tags that a program gives all its resources. */
export function defaultTags(resources: readonly AskedResource[]): Record<string, string> {
  const provider = resources.find(({ type }) => type === "pulumi:providers:aws");
  const { tags = {} } = JSON.parse((provider?.inputs.defaultTags ?? "{}") as string) as {
    tags?: Record<string, string>;
  };
  return tags;
}

/** What AWS's models do not accept in the calls of these resources. */
export function replayProblems(
  resources: readonly AskedResource[],
  tagsOfAll: Record<string, string> = {},
): string[] {
  return resources.flatMap((resource) => {
    const what = `${resource.type} ${resource.name}`;
    try {
      const { calls, tags } = replay(resource, tagsOfAll);
      return calls.flatMap((call) => callProblems(call, tags)).map((text) => `${what}: ${text}`);
    } catch (error) {
      return [`${what}: ${(error as Error).message}`];
    }
  });
}
