import { readFile } from "node:fs/promises";

import { z } from "zod";

/** What of a stack's stored state is read. Source: pulumi, sdk/go/common/apitype, VersionedCheckpoint and CheckpointV3. */
const storedSchema = z.object({
  checkpoint: z.object({
    latest: z
      .object({
        resources: z
          .array(z.object({ urn: z.string(), type: z.string(), id: z.string().optional() }))
          .nullish(),
      })
      .nullish(),
  }),
});

export interface StoredResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string | undefined;
}

/**
 * Every resource of a stack's state, as it stands on the disk.
 *
 * @returns undefined if there is no such file
 * @throws Error that names the file and its backup if it is damaged: the engine's own sentence names neither
 */
export async function storedResources(
  file: string,
): Promise<readonly StoredResource[] | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { data } = storedSchema.safeParse(parsed(text));
  if (data !== undefined) return data.checkpoint.latest?.resources ?? [];
  const backup = `${file}.bak`;
  throw new Error(
    `${file} is damaged: it is cut short or no state of a stack. ` +
      ((await isWhole(backup))
        ? `The engine keeps the state before it: cp '${backup}' '${file}', then npm run lab -- refresh`
        : "Restore it from a copy, or remove it and have its resources imported"),
  );
}

/**
 * What the account has of a stack and what the stack's state says that it has, compared.
 *
 * @returns what differs and what to do, in a sentence; undefined if nothing does. A resource that somebody deleted in
 * the account is such a difference too, so it is for a warning.
 */
export function differenceOf(
  state: readonly StoredResource[],
  account: readonly { readonly urn: string; readonly id: string }[],
): string | undefined {
  const key = ({ urn, id = "" }: { urn: string; id?: string | undefined }) => `${urn} ${id}`;
  const known = state.filter(({ id, type }) => id !== undefined && type.startsWith("aws:"));
  const [inState, inAccount] = [new Set(known.map(key)), new Set(account.map(key))];
  const missing = known.filter((one) => !inAccount.has(key(one)));
  const [first] = missing;
  if (first !== undefined) {
    return (
      `the account lacks ${missing.length} of the ${known.length} resources that the stack's state has, e.g. ` +
      `${first.urn}: npm run lab -- refresh takes them out of the state, and the next up makes them anew; ` +
      "if the account's files were lost, restore them from a copy first"
    );
  }
  // Resources of components and of other providers are in the state under their own types.
  const urns = new Set(state.map(({ urn }) => urn));
  const unknown = account.filter((one) => !inState.has(key(one)) && !urns.has(one.urn));
  const [stranger] = unknown;
  if (stranger === undefined || state.length > 0) return undefined;
  return (
    `the stack's state is empty, and the account has ${unknown.length} resources of it, e.g. ${stranger.urn}: ` +
    "restore the state from its backup or a copy"
  );
}

async function isWhole(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => "");
  return storedSchema.safeParse(parsed(text)).success;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
