import { randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { parseStored } from "../protocol/storedFile";
import { replaceFile } from "../shared/replaceFile";

/** Counts up when the form of the file changes; what an earlier one had is then read as well. */
const FILE_VERSION = 1;

/** Before versions were noted, the file had none. */
const accessKey = z.object({
  version: z.literal(FILE_VERSION).optional(),
  accessKeyId: z.string().regex(/^AKIA[A-Z2-7]{16}$/),
  secretAccessKey: z.string().min(1),
});

/** What requests to the lab's AWS API are signed with. */
export type AccessKey = Omit<z.infer<typeof accessKey>, "version">;

/** Letters of access key ids: IAM User Guide, "IAM identifiers". */
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const fileIn = (stateDir: string) => path.join(stateDir, "access-key.json");

/**
 * The access key of the lab in this state folder; nothing before it was served.
 * @throws Error when the file is damaged, or a newer lab wrote it
 */
export async function readAccessKey(stateDir: string): Promise<AccessKey | undefined> {
  const file = fileIn(stateDir);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { accessKeyId, secretAccessKey } = parseStored(file, text, {
    schema: accessKey,
    version: FILE_VERSION,
    remedy: "remove it, serve again, and take the new key with npm run lab -- env",
  });
  return { accessKeyId, secretAccessKey };
}

/** The lab's access key, made at the first time; only its owner can read the file. */
export async function ensureAccessKey(stateDir: string): Promise<AccessKey> {
  const known = await readAccessKey(stateDir);
  if (known !== undefined) return known;
  const key = {
    accessKeyId: `AKIA${Array.from({ length: 16 }, () => BASE32[randomInt(32)] ?? "").join("")}`,
    secretAccessKey: randomBytes(30).toString("base64"),
  };
  const text = JSON.stringify({ version: FILE_VERSION, ...key });
  await replaceFile(fileIn(stateDir), text, { mode: 0o600 });
  return key;
}
