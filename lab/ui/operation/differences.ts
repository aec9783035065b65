import { isDeepStrictEqual } from "node:util";

import type { StepEventMetadata } from "@pulumi/pulumi/automation";

import { UNKNOWN } from "../../shared/unknown";

/** A property that an operation changes. */
export interface PropertyDifference {
  /** As Pulumi writes it: `healthCheck.path`, `tags["a.b"]`. */
  path: string;
  /** The values before and after, as text; absent if there is none. */
  from?: string;
  to?: string;
  /** Whether it causes a replacement of the resource. */
  replaces: boolean;
}

/** Marks an object as a secret. Source: sdk/go/common/resource. */
const signature = "4dabf18193072939515e22adb298388d";

/** Maximum length of a value's text, in characters. */
const longest = 60;

/** What a step changes, property by property. */
export function differencesOf(metadata: StepEventMetadata): PropertyDifference[] {
  // The CLI writes null if there is none.
  const detailed = metadata.detailedDiff ?? {};
  const replacing = metadata.keys ?? [];
  const paths = Object.keys(detailed);
  if (paths.length === 0) paths.push(...(metadata.diffs ?? []));
  return paths.flatMap((path) => {
    const { diffKind = "", inputDiff = true } = detailed[path] ?? {};
    const old = (inputDiff ? metadata.old?.inputs : metadata.old?.outputs) ?? {};
    const [property = path] = segmentsOf(path);
    const replaces = diffKind.endsWith("-replace") || replacing.includes(String(property));
    const from = valueAt(old, path) ?? valueAt(metadata.old?.outputs ?? {}, path);
    return leaves(path, from, valueAt(metadata.new?.inputs ?? {}, path)).map((leaf) => ({
      ...leaf,
      replaces,
    }));
  });
}

/** `["tags", "a.b", 0]` for the path `tags["a.b"][0]`. */
function segmentsOf(path: string): (string | number)[] {
  const parts = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...parts].map(([, quoted, index, plain]) =>
    index === undefined ? (quoted?.replace(/\\(.)/g, "$1") ?? plain ?? "") : Number(index),
  );
}

function valueAt(value: unknown, path: string): unknown {
  return segmentsOf(path).reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? (inner as Record<string | number, unknown>)[key]
        : undefined,
    value,
  );
}

/** The innermost differences of two values, including those within JSON texts. */
function leaves(path: string, from: unknown, to: unknown): Omit<PropertyDifference, "replaces">[] {
  const [one, other] = [inJson(from), inJson(to)];
  if (isContainer(one) && isContainer(other) && Array.isArray(one) === Array.isArray(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    const inner = keys
      .filter((key) => !key.startsWith("__"))
      .filter((key) => !isDeepStrictEqual(one[key], other[key]))
      .flatMap((key) =>
        leaves(Array.isArray(one) ? `${path}[${key}]` : `${path}.${key}`, one[key], other[key]),
      );
    if (inner.length > 0) return inner;
  }
  return [
    {
      path,
      ...(from === undefined ? {} : { from: textOf(from) }),
      ...(to === undefined ? {} : { to: textOf(to) }),
    },
  ];
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !(signature in value);
}

function inJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

/** A value in one line: unknown and secret values as words, ARNs by their last part, long texts truncated. */
function textOf(value: unknown): string {
  if (value === UNKNOWN) return "known after the update";
  if (typeof value === "object" && value !== null && signature in value) return "[secret]";
  if (typeof value === "string" && value.startsWith("arn:")) {
    return `…${value.slice(value.lastIndexOf(":", value.lastIndexOf("/")) + 1)}`;
  }
  const text = JSON.stringify(value).replaceAll(`"${UNKNOWN}"`, "known after the update");
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
