import { isDeepStrictEqual } from "node:util";

import type { AnyResourceType, Properties } from "../account/resourceType";
import { hasUnknown, inputKeys } from "../account/schema";
import { jsonMeaning } from "../account/types/shared";

export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** A resource before and after an update, from the engine. */
export interface ResourceVersions {
  /** Inputs that it was last created or updated with. */
  readonly olds: Properties;
  /** Outputs at that time, or since a refresh. */
  readonly state: Properties;
  readonly news: Properties;
}

export interface Diff {
  /** By property path: `tags`, `healthCheck.path`. */
  readonly changes: ReadonlyMap<string, PropertyChange>;
  /** Top-level inputs whose change replaces the resource. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/**
 * What an update from one set of checked inputs to another would change.
 *
 * @param state Outputs in the engine's state.
 * @param ignored Top-level inputs under `ignoreChanges`.
 * @throws Error if the provider rejects the plan.
 */
export function diff(
  type: AnyResourceType,
  { olds, state, news }: ResourceVersions,
  ignored: readonly string[],
): Diff {
  const changes = new Map<string, PropertyChange>();
  const replaces: string[] = [];
  const immutable = [...type.immutable, ...(type.immutableWhen?.(olds, news) ?? [])];
  const changed = changedInputs(type, { olds, state, news }).filter(
    (key) => !ignored.includes(key),
  );
  const refusal = type.refusePlan?.((key) => changed.includes(key), news);
  if (refusal !== undefined) throw new Error(refusal);
  for (const key of changed) {
    const isReplacing = immutable.includes(key);
    if (isReplacing) replaces.push(key);
    const paths = [...changedPaths(key, olds[key], news[key])];
    for (const [path, kind] of paths.length > 0 ? paths : [[key, "update"] as const]) {
      changes.set(path, { kind, replaces: isReplacing });
    }
  }
  return {
    changes,
    replaces,
    deleteBeforeReplace:
      replaces.length > 0 && (type.deleteBeforeReplace === true || keepsItsName(type, olds, news)),
  };
}

/** Inputs that the provider considers changed. */
export function changedInputs(
  type: AnyResourceType,
  { olds, state, news }: ResourceVersions,
): string[] {
  const suppressed = type.suppressed?.(olds, news) ?? [];
  return [...inputKeys(type)].filter((key) => {
    const isByState = type.comparedToState?.includes(key) === true && key in state;
    const old = isByState ? state[key] : olds[key];
    if (suppressed.includes(key)) return false;
    if (isSame(type, key, [old, olds], [news[key], news])) return false;
    // A value that AWS fills in is kept when the program stops setting it (SDKv2: Optional+Computed).
    return news[key] !== undefined || !type.computed.includes(key);
  });
}

/** Whether the new resource would have the same chosen name as the old one, which cannot exist twice. */
function keepsItsName(
  { nameProperty = "name" }: AnyResourceType,
  olds: Properties,
  news: Properties,
): boolean {
  const isChosen = !defaultsOf(news).includes(nameProperty);
  return isChosen && news[nameProperty] !== undefined && olds[nameProperty] === news[nameProperty];
}

/** Inputs that the program did not set. The provider lists them in `__defaults`, as the real one does. */
export function defaultsOf(inputs: Properties): readonly string[] {
  return Array.isArray(inputs.__defaults) ? (inputs.__defaults as string[]) : [];
}

type Given = readonly [value: unknown, inputs: Properties];

function isSame(
  type: AnyResourceType,
  key: string,
  [before, olds]: Given,
  [after, news]: Given,
): boolean {
  const absent = type.absent?.[key];
  const [old, now] = [before ?? absent, after ?? absent];
  if (isDeepStrictEqual(old, now)) return true;
  if (old === undefined || now === undefined || hasUnknown(now)) return false;
  const meaning =
    type.meaning?.[key] ??
    (type.sets?.includes(key) ? asSet : undefined) ??
    (type.documents?.includes(key) ? jsonMeaning : undefined);
  return meaning !== undefined && isDeepStrictEqual(meaning(old, olds), meaning(now, news));
}

/** Sorts lists at every depth, because their order has no meaning. */
function asSet(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map((item) => JSON.stringify(item)).sort();
}

/** One path per change; inside objects, one per changed property. */
function* changedPaths(
  path: string,
  old: unknown,
  now: unknown,
): Generator<[string, PropertyChange["kind"]]> {
  if (old === undefined) yield [path, "add"];
  else if (now === undefined) yield [path, "delete"];
  else if (isObject(old) && isObject(now)) {
    for (const key of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (isDeepStrictEqual(old[key], now[key])) continue;
      const step = /^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
      yield* changedPaths(`${path}${step}`, old[key], now[key]);
    }
  } else yield [path, "update"];
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
