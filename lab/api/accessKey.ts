import { randomBytes, randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { replaceFile } from "../shared/replaceFile";

const accessKey = z.object({ accessKeyId: z.string(), secretAccessKey: z.string() });

/** What requests to the lab's AWS API are signed with. */
export type AccessKey = z.infer<typeof accessKey>;

/** Letters of access key ids: IAM User Guide, "IAM identifiers". */
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const fileIn = (stateDir: string) => path.join(stateDir, "access-key.json");

/** The access key of the lab in this state folder; nothing before it was served. */
export async function readAccessKey(stateDir: string): Promise<AccessKey | undefined> {
  const text = await readFile(fileIn(stateDir), "utf8").catch(() => undefined);
  return text === undefined ? undefined : accessKey.parse(JSON.parse(text));
}

/** The lab's access key, made at the first time; only its owner can read the file. */
export async function ensureAccessKey(stateDir: string): Promise<AccessKey> {
  const known = await readAccessKey(stateDir);
  if (known !== undefined) return known;
  const key = {
    accessKeyId: `AKIA${Array.from({ length: 16 }, () => BASE32[randomInt(32)] ?? "").join("")}`,
    secretAccessKey: randomBytes(30).toString("base64"),
  };
  await replaceFile(fileIn(stateDir), JSON.stringify(key), { mode: 0o600 });
  return key;
}
