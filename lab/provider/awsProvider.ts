import { isDeepStrictEqual } from "node:util";

import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

import type { Account } from "../account/account";
import type { ResourceRecord } from "../account/record";
import type { AnyResourceType, Problem, Properties } from "../account/resourceType";
import { checkInputs, hasTags, hasUnknown, inputKeys, withDefaults } from "../account/schema";
import { resourceTypeOf } from "../account/typeOf";
import { UNKNOWN } from "../shared/unknown";
import { autoName } from "./autoName";
import type { Configuration } from "./configuration";
import { changedInputs, defaultsOf, diff, type Diff, type ResourceVersions } from "./diff";
import { InitializationError } from "./initializationError";
import { type LongCall, type Settle, type Wait, waitFor } from "./settling";
import { decode, encode } from "./wire";

/**
 * The AWS provider for the offline account: does what @pulumi/aws's plugin does between the engine and the API. One
 * instance serves all connections; each has its own configuration.
 */
export class AwsProvider {
  constructor(
    private readonly account: Account,
    private readonly settle: Settle = () => Promise.resolve(),
  ) {}

  /** Fills in names, defaults and default tags, and returns every problem. */
  async check(
    request: proto.CheckRequest,
    configuration: Configuration,
  ): Promise<proto.CheckResponse> {
    const type = typeOf(request.getUrn());
    const olds = decode(request.getOlds()).properties;
    const { properties: news, secretKeys } = decode(request.getNews());
    const problems: Problem[] = [];

    const given = { ...news };
    delete given.__defaults;
    try {
      const name = nameFor(type, request, olds, given);
      if (name !== undefined) given[nameProperty(type)] = name;
    } catch (error) {
      problems.push({ path: nameProperty(type), reason: (error as Error).message });
    }
    for (const key of type.documents ?? []) given[key] = documentText(given[key]);
    const inputs = withDefaultTags(type, configuration, withDefaults(type.inputs, given));
    const defaults = Object.keys(inputs).filter((key) => key !== "tags" && !(key in news));

    problems.push(...checkInputs(type, inputs, allSecrets(type, secretKeys)));
    const observed = problems.length === 0 ? await type.observe?.(inputs) : undefined;
    const response = new proto.CheckResponse();
    const checked = { ...inputs, ...observed, __defaults: defaults.sort() };
    response.setInputs(encode(checked, allSecrets(type, secretKeys)));
    response.setFailuresList(problems.map(checkFailure));
    return response;
  }

  diff(request: proto.DiffRequest): proto.DiffResponse {
    const type = typeOf(request.getUrn());
    const versions = {
      olds: decode(request.getOldInputs()).properties,
      state: decode(request.getOlds()).properties,
      news: decode(request.getNews()).properties,
    };
    return diffResponse(diff(type, versions, request.getIgnorechangesList()));
  }

  async create(
    request: proto.CreateRequest,
    configuration: Configuration,
    call: LongCall,
  ): Promise<proto.CreateResponse> {
    const type = typeOf(request.getUrn());
    const { properties, secretKeys } = decode(request.getProperties());
    const inputs = withoutSuppressed(type, accountInputs(properties));
    const { region } = configuration;
    const response = new proto.CreateResponse();
    if (request.getPreview()) {
      response.setProperties(outputStruct(type, previewOutputs(type, inputs, region), secretKeys));
      return response;
    }
    const urn = request.getUrn();
    const hasSecrets = secretKeys.size > 0;
    const created = await this.account.create({
      type: type.token,
      urn,
      inputs,
      region,
      hasSecrets,
    });
    const wait = waitFor(call, "create", urn, request.getTimeout());
    const record = await this.settled(type, created, secretKeys, wait);
    response.setId(record.id);
    response.setProperties(outputStruct(type, outputsOf(record), secretKeys));
    return response;
  }

  async update(request: proto.UpdateRequest, call: LongCall): Promise<proto.UpdateResponse> {
    const type = typeOf(request.getUrn());
    const { properties, secretKeys } = decode(request.getNews());
    const inputs = accountInputs(properties);
    const oldInputs = accountInputs(decode(request.getOldInputs()).properties);
    const state = decode(request.getOlds()).properties;
    const response = new proto.UpdateResponse();
    if (request.getPreview()) {
      const kept = Object.entries(state).filter(
        ([key]) => type.computed.includes(key) || key === "region",
      );
      const anew = (type.recomputed?.(oldInputs, inputs) ?? []).map((key) => [key, UNKNOWN]);
      const outputs = {
        ...Object.fromEntries(kept),
        ...(Object.fromEntries(anew) as Properties),
        ...inputs,
        ...tagOutputs(type, inputs),
      };
      response.setProperties(outputStruct(type, { ...outputs, id: request.getId() }, secretKeys));
      return response;
    }
    const urn = request.getUrn();
    const updated = await this.account.update(
      type.token,
      request.getId(),
      urn,
      this.changed(
        type,
        request.getId(),
        { olds: oldInputs, state, news: inputs },
        request.getIgnorechangesList(),
      ),
      secretKeys.size > 0,
    );
    const wait = waitFor(call, "update", urn, request.getTimeout());
    const record = await this.settled(type, updated, secretKeys, wait);
    response.setProperties(outputStruct(type, outputsOf(record), secretKeys));
    return response;
  }

  async delete(request: proto.DeleteRequest): Promise<Empty> {
    const type = typeOf(request.getUrn());
    const { properties } = decode(request.getProperties());
    // Resources with `skipDestroy` stay in AWS; only the stack forgets them.
    if (properties.skipDestroy !== true) await this.account.delete(type.token, request.getId());
    return new Empty();
  }

  /** Refresh, `get` and import: the resource as in the account, or no ID if it is gone. */
  read(request: proto.ReadRequest): proto.ReadResponse {
    const type = typeOf(request.getUrn());
    const record = this.account.get(type.token, request.getId());
    const response = new proto.ReadResponse();
    if (!record) return response;

    const inputs = decode(request.getInputs());
    const state = decode(request.getProperties());
    const secretKeys = new Set([...inputs.secretKeys, ...state.secretKeys]);
    response.setId(record.id);
    response.setProperties(outputStruct(type, outputsOf(record), secretKeys));
    response.setInputs(
      encode(inputsAsRead(type, record, inputs.properties), allSecrets(type, secretKeys)),
    );
    return response;
  }

  /**
   * The inputs of an update. Like the real provider, it only sends what the program changed: what AWS itself has
   * changed in the meantime, such as a rule's weights during a deployment, is kept. So are inputs under
   * `ignoreChanges`, even if the state shows other values.
   *
   * Source: pulumi-terraform-bridge, pkg/tfbridge/provider.go, `Update`, which plans again with `IgnoreChanges`.
   *
   * @param ignored Top-level inputs under `ignoreChanges`.
   */
  private changed(
    type: AnyResourceType,
    id: string,
    versions: ResourceVersions,
    ignored: readonly string[],
  ): Properties {
    const { olds, news } = versions;
    const present = this.account.get(type.token, id)?.inputs ?? {};
    const suppressed = type.suppressed?.(olds, news) ?? [];
    const seen = changedInputs(type, versions);
    const changed = [...inputKeys(type)].filter(
      (key) =>
        !ignored.includes(key) &&
        (seen.includes(key) ||
          (!suppressed.includes(key) &&
            type.comparedToState?.includes(key) !== true &&
            !isDeepStrictEqual(olds[key], news[key]))),
    );
    const kept = Object.entries(present).filter(([key]) => !changed.includes(key));
    const sent = Object.entries(news).filter(([key]) => changed.includes(key));
    return Object.fromEntries([...kept, ...sent]);
  }

  /**
   * The resource once it is ready. If it exists but does not become ready, the engine must learn of it, or it would be
   * lost: with the requested inputs, whatever AWS has made of them since. The real provider does the same, so only a
   * refresh shows a service that was rolled back.
   *
   * Source: terraform-plugin-sdk, helper/schema/resource.go, `Resource.Apply`, which saves the state as planned unless
   * it is marked as partial.
   */
  private async settled(
    type: AnyResourceType,
    record: ResourceRecord,
    secretKeys: ReadonlySet<string>,
    wait: Wait,
  ): Promise<ResourceRecord> {
    const asked = { ...record };
    try {
      await this.settle(record, wait);
      return this.account.get(record.type, record.id) ?? record;
    } catch (error) {
      throw new InitializationError(asked, outputStruct(type, outputsOf(asked), secretKeys), error);
    }
  }
}

/** Like the real provider, includes the ID in the properties, where policies look for it. */
function outputsOf(record: ResourceRecord): Properties {
  const internal = resourceTypeOf(record.type)?.internal ?? [];
  const shown = Object.entries(record.outputs).filter(([key]) => !internal.includes(key));
  return { ...Object.fromEntries(shown), id: record.id };
}

/** @throws Error naming a type that the account does not support. */
function typeOf(urn: string): AnyResourceType {
  const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const type = resourceTypeOf(token);
  if (!type) throw new Error(`the offline account has no resource type ${token}`);
  return type;
}

function nameProperty({ nameProperty = "name" }: AnyResourceType): string {
  return nameProperty;
}

function nameFor(
  type: AnyResourceType,
  request: proto.CheckRequest,
  olds: Properties,
  news: Properties,
): string | undefined {
  const maxLength = type.autoNameMaxLength;
  const key = nameProperty(type);
  if (maxLength === undefined || news[key] !== undefined || news[`${key}Prefix`] !== undefined) {
    return undefined;
  }
  const old = olds[key];
  if (defaultsOf(olds).includes(key) && typeof old === "string") return old;

  const autonaming = request.getAutonaming();
  const { Mode } = proto.CheckRequest.AutonamingOptions;
  if (autonaming?.getMode() === Mode.DISABLE) {
    throw new Error("is required, for automatic naming is turned off");
  }
  if (autonaming?.getProposedName()) return autonaming.getProposedName();
  const urnName = request.getUrn().split("::").slice(3).join("::");
  const name = request.getName() || urnName;
  return autoName(
    type.lowerCaseName === true ? name.toLowerCase() : name,
    request.getRandomseed_asU8(),
    maxLength,
  );
}

/** Converts a document given as an object to text; unknown if any part of it is. */
function documentText(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return hasUnknown(value) ? UNKNOWN : JSON.stringify(value);
}

function withDefaultTags(
  type: AnyResourceType,
  { defaultTags }: Configuration,
  filled: unknown,
): Properties {
  const inputs = filled as Properties;
  if (!hasTags(type) || inputs.tags === UNKNOWN) return inputs;
  const own = inputs.tags;
  if (own !== undefined && typeof own !== "object") return inputs;
  const tags = { ...defaultTags, ...own };
  return Object.keys(tags).length > 0 ? { ...inputs, tags } : inputs;
}

/** Removes inputs that the provider ignores on creation too. */
function withoutSuppressed(type: AnyResourceType, inputs: Properties): Properties {
  const suppressed: readonly string[] = type.suppressed?.({}, inputs) ?? [];
  return Object.fromEntries(Object.entries(inputs).filter(([key]) => !suppressed.includes(key)));
}

/** The inputs without the provider's own bookkeeping. */
function accountInputs(properties: Properties): Properties {
  const inputs = { ...properties };
  delete inputs.__defaults;
  return inputs;
}

function previewOutputs(type: AnyResourceType, inputs: Properties, region: string): Properties {
  const computed = Object.fromEntries(type.computed.map((key) => [key, UNKNOWN]));
  return {
    ...computed,
    id: UNKNOWN,
    ...(inputKeys(type).has("region") && { region }),
    ...inputs,
    ...tagOutputs(type, inputs),
  };
}

function tagOutputs(type: AnyResourceType, inputs: Properties): Properties {
  return hasTags(type) ? { tagsAll: inputs.tags ?? {} } : {};
}

/** The type's secrets, and those of the program. */
function allSecrets(type: AnyResourceType, given: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...given, ...(type.secrets ?? [])]);
}

/** Outputs for the engine: secrets are marked, and write-only inputs are removed. */
function outputStruct(type: AnyResourceType, outputs: Properties, secretKeys: ReadonlySet<string>) {
  const told = Object.entries(outputs).filter(([key]) => !isWriteOnly(type, key));
  return encode(Object.fromEntries(told), allSecrets(type, secretKeys));
}

function isWriteOnly(type: AnyResourceType, key: string): boolean {
  return type.writeOnly?.includes(key) === true;
}

/**
 * Inputs as the program would write them: without those it never set and nobody changed, and with write-only inputs as
 * in the program.
 */
function inputsAsRead(type: AnyResourceType, record: ResourceRecord, olds: Properties): Properties {
  const defaults = defaultsOf(olds).filter((key) => key in record.inputs);
  const read = Object.entries(record.inputs).filter(([key]) => !isWriteOnly(type, key));
  const written = Object.entries(olds).filter(([key]) => isWriteOnly(type, key));
  return {
    ...Object.fromEntries([...read, ...written]),
    ...("__defaults" in olds && { __defaults: defaults }),
  };
}

export function checkFailure(problem: Problem): proto.CheckFailure {
  const failure = new proto.CheckFailure();
  failure.setProperty(problem.path);
  failure.setReason(problem.reason);
  return failure;
}

export function diffResponse(result: Diff): proto.DiffResponse {
  const { DiffChanges } = proto.DiffResponse;
  const { Kind } = proto.PropertyDiff;
  const kinds = {
    add: [Kind.ADD, Kind.ADD_REPLACE],
    delete: [Kind.DELETE, Kind.DELETE_REPLACE],
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  const response = new proto.DiffResponse();
  response.setChanges(result.changes.size > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE);
  response.setReplacesList([...result.replaces]);
  response.setDeletebeforereplace(result.deleteBeforeReplace);
  response.setDiffsList([
    ...new Set([...result.changes.keys()].map((path) => path.split(/[.[]/)[0] ?? path)),
  ]);
  response.setHasdetaileddiff(true);
  for (const [path, change] of result.changes) {
    const property = new proto.PropertyDiff();
    property.setKind(kinds[change.kind][change.replaces ? 1 : 0]);
    property.setInputdiff(true);
    response.getDetaileddiffMap().set(path, property);
  }
  return response;
}
