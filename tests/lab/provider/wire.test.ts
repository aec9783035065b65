import assert from "node:assert/strict";

import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import type { Properties } from "../../../lab/account/resourceType";
import { UNKNOWN } from "../../../lab/shared/unknown";
import { decode, encode } from "../../../lab/provider/wire";
import { secret } from "./client";

const SIGNATURE = "4dabf18193072939515e22adb298388d";

function decoded(properties: Properties) {
  return decode(Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]));
}

const key = fc.stringMatching(/^[a-z]\w{0,5}$/);
const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
const properties = fc.dictionary(key, value, { maxKeys: 4, noNullPrototype: true });

describe("properties on the wire", () => {
  it("come back as they were sent, with the same ones secret", () => {
    fc.assert(
      fc.property(properties, fc.array(key), (given, keys) => {
        const secretKeys = new Set(keys.filter((one) => one in given));
        const back = decode(encode(given, secretKeys));
        assert.deepEqual(back.properties, given);
        assert.deepEqual(back.secretKeys, secretKeys);
      }),
    );
  });

  it("unwrap secrets at any depth and record the property they are in", () => {
    const { properties: plain, secretKeys } = decoded({
      open: 1,
      closed: { list: [secret({ a: secret("b") })] },
    });
    assert.deepEqual(plain, { open: 1, closed: { list: [{ a: "b" }] } });
    assert.deepEqual([...secretKeys], ["closed"]);
  });

  it("treat nulls as absent, resources as their ids and outputs as their values", () => {
    const resource = { [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn" };
    const output = { [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    const { properties: plain, secretKeys } = decoded({
      absent: null,
      nested: { absent: null },
      role: { ...resource, id: "task" },
      newRole: { ...resource, id: "" },
      known: { ...output, value: "x", secret: true },
      unknown: output,
    });
    assert.deepEqual(plain, {
      nested: {},
      role: "task",
      newRole: UNKNOWN,
      known: "x",
      unknown: UNKNOWN,
    });
    assert.deepEqual([...secretKeys], ["known"]);
  });
});
