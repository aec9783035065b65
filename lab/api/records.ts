import type { ResourceRecord } from "../account/record";
import type { AnyResourceType, Properties } from "../account/resourceType";
import { checkInputs, withDefaults } from "../account/schema";
import { resourceTypeOf } from "../account/typeOf";
import { ApiError } from "./apiError";
import type { Api } from "./service";

/** URN of resources created by API calls: they belong to no stack, and stay until a call deletes them. */
const URN = "urn:lab:api";

/** The account's resources of a type in the region that a request is for, oldest first. */
export function recordsOf({ account, region }: Api, type: string): ResourceRecord[] {
  return account
    .list(type)
    .filter(({ outputs }) => outputs.region === undefined || outputs.region === region);
}

/**
 * Creates a resource on behalf of an API call.
 *
 * @param invalidCode the service's error code for invalid inputs
 * @throws ApiError with everything that is wrong; AwsError as the account refuses it
 */
export function createRecord(
  { account, region }: Api,
  token: string,
  given: Properties,
  invalidCode: string,
): Promise<ResourceRecord> {
  const type = mustHaveType(token);
  const inputs = withDefaults(type.inputs, defined(given)) as Properties;
  mustBeValid(type, inputs, invalidCode);
  return account.create({ type: type.token, urn: URN, inputs, region });
}

/**
 * Changes a resource on behalf of an API call, which is drift if a stack declares it.
 *
 * @param patch inputs to change; undefined ones stay unchanged
 * @param further see {@link Account.modify}
 * @throws ApiError with everything that is wrong; AwsError as the account refuses it
 */
export function modifyRecord(
  { account }: Api,
  { id, inputs, type }: ResourceRecord,
  patch: Properties,
  { invalidCode, further }: { readonly invalidCode: string; readonly further?: Properties },
): Promise<ResourceRecord> {
  const changes = defined(patch);
  mustBeValid(mustHaveType(type), { ...inputs, ...changes }, invalidCode);
  return account.modify(type, id, changes, further);
}

function mustHaveType(token: string): AnyResourceType {
  const type = resourceTypeOf(token);
  if (type === undefined) throw new Error(`the offline account has no resource type ${token}`);
  return type;
}

function mustBeValid(type: AnyResourceType, inputs: Properties, invalidCode: string): void {
  const problems = checkInputs(type, inputs);
  if (problems.length === 0) return;
  const lines = problems.map(({ path, reason }) => `${path}: ${reason}`);
  throw new ApiError(invalidCode, lines.join("; "));
}

/** The properties without undefined ones. */
export function defined(properties: Properties): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([, value]) => value !== undefined && value !== null),
  );
}

/** A text of a record's outputs; undefined if it is absent or empty. */
export function textOf({ outputs }: ResourceRecord, key: string): string | undefined {
  const value = outputs[key];
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Its tags, with the names that most services use: `Key`, `Value`. */
export function tagsOf({ outputs }: ResourceRecord): { Key: string; Value: string }[] {
  const tags = (outputs.tagsAll ?? outputs.tags ?? {}) as Record<string, string>;
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Its tags, with the names that JSON services use. */
export function lowerTagsOf(record: ResourceRecord): { key: string; value: string }[] {
  return tagsOf(record).map(({ Key: key, Value: value }) => ({ key, value }));
}

/** Tags of a request, in the account's format. */
export function tagMap(
  tags: readonly { key?: string; Key?: string; value?: string; Value?: string }[] | undefined,
): Record<string, string> | undefined {
  if (tags === undefined) return undefined;
  return Object.fromEntries(
    tags.map(({ key, Key, value, Value }) => [key ?? Key ?? "", value ?? Value ?? ""]),
  );
}

/** Rejects parameters other than `known`: silently ignoring them would be worse than an error. */
export function refuseOthers(
  operation: string,
  input: object,
  known: readonly string[],
  invalidCode: string,
): void {
  const others = Object.keys(input).filter((key) => !known.includes(key));
  refuseParameters(operation, input, others, invalidCode);
}

/** Rejects a request that has any of these parameters. */
export function refuseParameters(
  operation: string,
  input: object,
  refused: readonly string[],
  invalidCode: string,
): void {
  const given = Object.entries(input)
    .filter(([key, value]) => value !== undefined && value !== null && refused.includes(key))
    .map(([key]) => key);
  if (given.length === 0) return;
  throw new ApiError(invalidCode, `The lab's ${operation} does not support ${given.join(", ")}.`);
}
