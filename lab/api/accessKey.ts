import { randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { parseStored } from "../protocol/storedFile";
import { replaceFile } from "../shared/replaceFile";

/** Increases when the file format changes; earlier formats stay readable. */
const FILE_VERSION = 1;

/** Absent in files from before there were versions. */
const accessKey = z.object({
  version: z.literal(FILE_VERSION).optional(),
  accessKeyId: z.string().regex(/^AKIA[A-Z2-7]{16}$/),
  secretAccessKey: z.string().min(1),
});

/** The access key that signs requests to the lab's AWS API. */
export type AccessKey = Omit<z.infer<typeof accessKey>, "version">;

/** Letters of access key IDs: IAM User Guide, "IAM identifiers". */
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const fileIn = (stateDir: string) => path.join(stateDir, "access-key.json");

/**
 * The access key of the lab in this state folder; undefined if it has never been served.
 * @throws Error if the file is damaged, or a newer lab wrote it
 */
export async function readAccessKey(stateDir: string): Promise<AccessKey | undefined> {
  const file = fileIn(stateDir);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const { accessKeyId, secretAccessKey } = parseStored(file, text, {
    schema: accessKey,
    version: FILE_VERSION,
    remedy: "remove it, serve again, and get the new key with npm run lab -- env",
  });
  return { accessKeyId, secretAccessKey };
}

/** The lab's access key, created on first use; only its owner can read the file. */
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
