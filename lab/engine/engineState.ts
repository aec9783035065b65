import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import { replaceFile } from "../shared/replaceFile";
import { checkpointIn, type StoredResource } from "./internals/checkpoint";
import { foldersOf } from "./internals/engineFiles";

/** What is read of a stack's state. */
export interface StoredState {
  /** Every resource; undefined if the state has a form that this lab does not know. */
  readonly resources?: readonly StoredResource[];
  /** How its secrets are encrypted, as the stack's settings have it too: `encryptionsalt`. */
  readonly salt?: string | undefined;
}

/**
 * A stack's state, as it stands on the disk.
 *
 * @returns undefined if there is no such file
 * @throws Error that names the file and what helps if it is damaged: the engine's own sentence names neither
 */
export async function storedState(file: string): Promise<StoredState | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const state = checkpointIn(text);
  if (state === "unknown") return {};
  if (state !== undefined) return state;
  const stack = path.basename(file, ".json");
  throw new Error(
    `${file} is damaged: it is cut short or no state of a stack. ` +
      ((await wholeBefore(file, () => true))
        ? `npm run lab -- recover --stack ${stack} puts back the last one that is whole`
        : NO_OTHER),
  );
}

const NO_OTHER = "Restore it from a copy, or remove it and have its resources imported";

/**
 * Puts the last whole state in the place of a damaged or lost one, which is kept beside it.
 *
 * @param file the stack's state, as the engine keeps it
 * @param lacks whether a whole state cannot be the right one either; nor is then one before it
 * @returns what was done, in a sentence; undefined if there was nothing to do
 * @throws Error if no whole one is left
 */
export async function putBackState(
  file: string,
  lacks: (resources: readonly StoredResource[]) => boolean,
): Promise<string | undefined> {
  const text = await readIfThere(file);
  const state = text === undefined ? undefined : checkpointIn(text);
  if (state === "unknown") return undefined;
  const present = state?.resources;
  if (present !== undefined && !lacks(present)) return undefined;
  const before = await wholeBefore(file, (resources) => !lacks(resources));
  if (before === undefined) {
    if (present !== undefined || text === undefined) return undefined;
    throw new Error(`${file} is damaged, and so is all that was kept of it. ${NO_OTHER}`);
  }
  if (text !== undefined) await replaceFile(`${file}.damaged`, text);
  await replaceFile(file, before.text);
  const kept = text === undefined ? "" : `; what was there is in ${file}.damaged`;
  return `the stack's state is what it was in ${before.file}${kept}`;
}

/**
 * The last state before the present one that is whole and is taken: the engine keeps one beside it, and one of each
 * update.
 */
async function wholeBefore(
  file: string,
  isTaken: (resources: readonly StoredResource[]) => boolean,
): Promise<{ file: string; text: string } | undefined> {
  const { history } = foldersOf(file);
  const updates = (await readdir(history).catch(() => []))
    .filter((name) => name.endsWith(".checkpoint.json"))
    .sort()
    .reverse()
    .map((name) => path.join(history, name));
  for (const one of [`${file}.bak`, ...updates]) {
    const text = await readFile(one, "utf8").catch(() => "");
    const state = checkpointIn(text);
    if (typeof state === "object" && isTaken(state.resources)) return { file: one, text };
  }
  return undefined;
}

/**
 * What the account has of a stack and what the stack's state says that it has, compared.
 *
 * @returns what differs and what to do; undefined if nothing does. A resource that somebody deleted in the account is
 * such a difference too, so it is for a warning; that of all nothing is left is a loss.
 */
export function differenceOf(
  state: readonly StoredResource[],
  account: readonly { readonly urn: string; readonly id: string }[],
): Difference | undefined {
  const key = ({ urn, id = "" }: { urn: string; id?: string | undefined }) => `${urn} ${id}`;
  const known = state.filter(({ id, type }) => id !== undefined && type.startsWith("aws:"));
  const inAccount = new Set(account.map(key));
  const missing = known.filter((one) => !inAccount.has(key(one)));
  const [first] = missing;
  if (first !== undefined) {
    const text =
      `the account lacks ${missing.length} of the ${known.length} resources that the stack's state has, e.g. ` +
      `${first.urn}: npm run lab -- refresh takes them out of the state, and the next up makes them anew; ` +
      "if the account's files were lost, restore them from a copy first";
    return { text, isLoss: known.length > 1 && missing.length === known.length };
  }
  const [stranger] = account;
  if (stranger === undefined || state.length > 0) return undefined;
  const text =
    `the stack's state is empty, and the account has ${account.length} resources of it, e.g. ${stranger.urn}: ` +
    "if the state was lost, npm run lab -- recover puts back the last one that has them";
  return { text, isLoss: false };
}

/** How account and state differ. */
export interface Difference {
  /** With what to do, in a sentence. */
  readonly text: string;
  /** Whether nothing is left of what the state has, so that an update could only fail. */
  readonly isLoss: boolean;
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
}
