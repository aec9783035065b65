import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import type { Properties } from "../account/resourceType";
import { UNKNOWN } from "../shared/unknown";

// Pulumi represents special values as objects with this key (Pulumi docs, "Property value types").
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Properties as plain JSON, and which of them were secrets. */
export interface Decoded {
  readonly properties: Properties;
  /** Top-level properties that are secret or contain a secret. */
  readonly secretKeys: ReadonlySet<string>;
}

/** Decodes properties from the wire: unwraps secrets, and turns resource references into IDs. */
export function decode(struct: Struct | undefined): Decoded {
  const secretKeys = new Set<string>();
  const properties: Properties = {};
  for (const [key, value] of Object.entries(struct?.toJavaScript() ?? {})) {
    const plain = decodeValue(value, () => secretKeys.add(key));
    if (plain !== undefined) properties[key] = plain;
  }
  return { properties, secretKeys };
}

/** Encodes properties for the wire; those in `secretKeys` as secrets. */
export function encode(
  properties: Properties,
  secretKeys: ReadonlySet<string> = new Set(),
): Struct {
  const marked = Object.entries(withoutUndefined(properties)).map(([key, value]) => [
    key,
    secretKeys.has(key) ? { [SIGNATURE]: SECRET, value } : value,
  ]);
  return Struct.fromJavaScript(
    Object.fromEntries(marked) as Parameters<typeof Struct.fromJavaScript>[0],
  );
}

/** Pulumi encodes an absent value as null. */
function decodeValue(value: unknown, onSecret: () => void): unknown {
  if (value === null || value === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item) => decodeValue(item, onSecret) ?? null);
  if (typeof value !== "object") return value;

  const object = value as Properties;
  switch (object[SIGNATURE]) {
    case SECRET:
      onSecret();
      return decodeValue(object.value, onSecret);
    case OUTPUT_VALUE:
      if (object.secret === true) onSecret();
      return "value" in object ? decodeValue(object.value, onSecret) : UNKNOWN;
    case RESOURCE_REFERENCE:
      return object.id === "" ? UNKNOWN : object.id;
    default: {
      const plain: Properties = {};
      for (const [key, inner] of Object.entries(object)) {
        const decoded = decodeValue(inner, onSecret);
        if (decoded !== undefined) plain[key] = decoded;
      }
      return plain;
    }
  }
}

function withoutUndefined(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}
