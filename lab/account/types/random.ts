import { randomBytes as bytesOf } from "node:crypto";

import { z } from "zod";

import { resourceType } from "../resourceType";

/** Bytes of a generator for secrets (`random:index/randomBytes:RandomBytes`), made once. */
const randomBytes = resourceType({
  token: "random:index/randomBytes:RandomBytes",
  inputs: z.strictObject({
    keepers: z.record(z.string(), z.string()).optional(),
    length: z.int().min(1).max(1_048_576),
  }),
  immutable: ["keepers", "length"],
  computed: ["base64", "hex"],
  secrets: ["base64", "hex"],
  create(context, { length }) {
    const bytes = bytesOf(length);
    return {
      // The provider's id is the value itself; ids are shown everywhere, so here it is not.
      id: context.hex("random", 32),
      outputs: { base64: bytes.toString("base64"), hex: bytes.toString("hex") },
    };
  },
});

export const randomTypes = [randomBytes];
