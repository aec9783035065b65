import { z } from "zod";

import { parsedJson } from "../../shared/parsedJson";

// What of a stack's stored state is read.
//
// Relies on: its form, version 3 (pulumi, sdk/go/common/apitype, VersionedCheckpoint and CheckpointV3).
// Without it: the lab asks the CLI for the resources, by `pulumi stack export`, which takes longer, and puts nothing back.
// Proof: the version that the state itself names.

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

/** What is read of a stack's state. */
export interface Checkpoint {
  /** Every resource. */
  readonly resources: readonly StoredResource[];
  /** How its secrets are encrypted, as the stack's settings have it too: `encryptionsalt`. */
  readonly salt?: string | undefined;
}

/** @returns "unknown" for a version that this lab does not know, undefined for what is no state */
export function checkpointIn(text: string): Checkpoint | "unknown" | undefined {
  const json = parsedJson(text);
  if (otherSchema.safeParse(json).success) return "unknown";
  const { data } = checkpointSchema.safeParse(json);
  if (data === undefined) return undefined;
  const { latest } = data.checkpoint;
  return { resources: latest?.resources ?? [], salt: latest?.secrets_providers?.state?.salt };
}
