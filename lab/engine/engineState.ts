import { readdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import { replaceFile } from "../shared/replaceFile";
import { checkpointIn, type StoredResource } from "./internals/checkpoint";
import { foldersOf } from "./internals/engineFiles";

/** The parts of a stack's state that the lab uses. */
export interface StoredState {
  /** Every resource; undefined if the state has a form that this lab does not know. */
  readonly resources?: readonly StoredResource[];
  /** How its secrets are encrypted, as the stack's settings have it too: `encryptionsalt`. */
  readonly salt?: string | undefined;
}

/**
 * A stack's state, as stored on disk.
 *
 * @returns undefined if there is no such file
 * @throws Error that names the damaged file and the remedy: the engine's own message names neither
 */
export async function storedState(file: string): Promise<StoredState | undefined> {
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  const state = checkpointIn(text);
  if (state === "unknown") return {};
  if (state !== undefined) return state;
  const stack = path.basename(file, ".json");
  throw new Error(
    `${file} is damaged: it is truncated or not the state of a stack. ` +
      ((await lastWholeState(file, () => true))
        ? `npm run lab -- recover --stack ${stack} restores the last intact state`
        : NO_OTHER),
  );
}

const NO_OTHER = "Restore it from a copy, or remove it and have its resources imported";

/**
 * Replaces a damaged or lost state by the last intact one; the damaged file is kept beside it.
 *
 * @param file the stack's state, as the engine keeps it
 * @param lacks whether an intact state is still not the right one; then neither is any before it
 * @returns what was done, as a sentence; undefined if there was nothing to do
 * @throws Error if no intact state is left
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
  const before = await lastWholeState(file, (resources) => !lacks(resources));
  if (before === undefined) {
    if (present !== undefined || text === undefined) return undefined;
    throw new Error(`${file} is damaged, and so are all its backups. ${NO_OTHER}`);
  }
  if (text !== undefined) await replaceFile(`${file}.damaged`, text);
  await replaceFile(file, before.text);
  const kept = text === undefined ? "" : `; the damaged file is now ${file}.damaged`;
  return `restored the stack's state from ${before.file}${kept}`;
}

/**
 * The last state before the present one that is whole and is taken: the engine keeps one beside it, and one of each
 * update.
 */
async function lastWholeState(
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
 * Compares the resources that the account has of a stack with those in the stack's state.
 *
 * @returns what differs and what to do; undefined if nothing does. Resources may just have been deleted by hand, so a
 * difference is only worth a warning; it is a loss if none of them is left.
 */
export function differenceOf(
  state: readonly StoredResource[],
  account: readonly { readonly urn: string; readonly id: string }[],
): StateMismatch | undefined {
  const key = ({ urn, id = "" }: { urn: string; id?: string | undefined }) => `${urn} ${id}`;
  const known = state.filter(({ id, type }) => id !== undefined && type.startsWith("aws:"));
  const inAccount = new Set(account.map(key));
  const missing = known.filter((one) => !inAccount.has(key(one)));
  const [first] = missing;
  if (first !== undefined) {
    const text =
      `the account lacks ${missing.length} of the ${known.length} resources in the stack's state, e.g. ` +
      `${first.urn}: run npm run lab -- refresh to remove them from the state, and up to create them again; ` +
      "if the account's files were lost, first restore them from a copy";
    return { text, isLoss: known.length > 1 && missing.length === known.length };
  }
  const [stranger] = account;
  if (stranger === undefined || state.length > 0) return undefined;
  const text =
    `the stack's state is empty, but the account has ${account.length} of its resources, e.g. ${stranger.urn}: ` +
    "if the state was lost, npm run lab -- recover restores the last state that lists them";
  return { text, isLoss: false };
}

export interface StateMismatch {
  /** The difference and the remedy, as a sentence. */
  readonly text: string;
  /** Whether none of the state's resources exists any more, so that an update can only fail. */
  readonly isLoss: boolean;
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
}
