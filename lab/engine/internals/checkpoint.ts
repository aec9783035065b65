// Reads a stack's resources and encryption salt from the state that the engine stores, much faster than
// `pulumi stack export`.
//
// Relies on: the state's format, version 3 (pulumi, sdk/go/common/apitype: VersionedCheckpoint, CheckpointV3).
// Check: the version that the state names.
// Otherwise: the lab gets the resources from `pulumi stack export`, and does not restore damaged states.

import { z } from "zod";

import { parsedJson } from "../../shared/parsedJson";

const VERSION = 3;

const checkpointSchema = z.object({
  version: z.literal(VERSION),
  checkpoint: z.object({
    latest: z
      .object({
        secrets_providers: z
          .object({ state: z.object({ salt: z.string().optional() }).nullish() })
          .nullish()
          .catch(undefined),
        resources: z
          .array(z.object({ urn: z.string(), type: z.string(), id: z.string().optional() }))
          .nullish(),
      })
      .nullish(),
  }),
});

const otherSchema = z.object({
  version: z.number().refine((version) => version !== VERSION),
});

export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
}

/** The parts of a stack's state that the lab reads. */
export interface Checkpoint {
  /** Every resource. */
  readonly resources: readonly StoredResource[];
  /** How its secrets are encrypted: the same text as `encryptionsalt` in the stack's settings. */
  readonly salt?: string | undefined;
}

/** @returns "unknown" for a version that this lab does not know, undefined if the text is not a state */
export function checkpointIn(text: string): Checkpoint | "unknown" | undefined {
  const json = parsedJson(text);
  if (otherSchema.safeParse(json).success) return "unknown";
  const { data } = checkpointSchema.safeParse(json);
  if (data === undefined) return undefined;
  const { latest } = data.checkpoint;
  return { resources: latest?.resources ?? [], salt: latest?.secrets_providers?.state?.salt };
}
