import { randomBytes } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import * as path from "node:path";

import getPort from "get-port";
import { z } from "zod";

import { parseStored } from "../../protocol/storedFile";
import { replaceFile } from "../../shared/replaceFile";

/** First port to try for the git server. */
const FIRST_PORT = 8290;

/** Increases when the file format changes; earlier formats stay readable. */
const FILE_VERSION = 1;

/** Absent in files from before there were versions. */
const addressSchema = z.object({
  version: z.literal(FILE_VERSION).optional(),
  password: z.string(),
  port: z.number(),
});

export interface GitAddress {
  readonly password: string;
  readonly port: number;
}

const addressFile = (stateDir: string) => path.join(stateDir, "git-server.json");

/** In the format of git's own `credential-store`. */
const credentialsFile = (stateDir: string) => path.resolve(stateDir, "git-credentials");

/**
 * Password and port of the git server: the same as last time if possible, so that clones keep working. Only the owner
 * can read both files, since whoever can push can run commands.
 * @throws Error if the file is damaged, or a newer lab wrote it
 */
export async function gitAddress(stateDir: string): Promise<GitAddress> {
  const kept = await readAddress(stateDir);
  const port = await getPort({ host: "127.0.0.1", port: kept?.port ?? FIRST_PORT });
  const password = kept?.password ?? randomBytes(24).toString("base64url");
  await mkdir(stateDir, { recursive: true });
  const text = JSON.stringify({ version: FILE_VERSION, password, port });
  await replaceFile(addressFile(stateDir), text, { mode: 0o600 });
  const credentials = `http://lab:${encodeURIComponent(password)}@127.0.0.1:${port}\n`;
  await replaceFile(credentialsFile(stateDir), credentials, { mode: 0o600 });
  return { password, port };
}

async function readAddress(stateDir: string): Promise<z.infer<typeof addressSchema> | undefined> {
  const file = addressFile(stateDir);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  return parseStored(file, text, {
    schema: addressSchema,
    version: FILE_VERSION,
    remedy: "remove it, which gives the git server a new password",
  });
}

/**
 * The helper with which git finds the password, for users who can read the lab's state folder: a password in a URL
 * would be visible in the process list, in shell history and in the clone.
 * @returns value of git's setting `credential.helper`; see gitcredentials(7)
 */
export function credentialHelper(stateDir: string): string {
  return `store --file=${shellWord(credentialsFile(stateDir))}`;
}

/** The command that clones a repository. */
export function cloneCommand(stateDir: string, cloneUrl: string): string {
  const setting = `credential.helper=${credentialHelper(stateDir)}`;
  return `git clone -c ${shellWord(setting)} ${cloneUrl}`;
}

function shellWord(text: string): string {
  return /^[\w./=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
