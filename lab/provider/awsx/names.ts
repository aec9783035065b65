import { createHash } from "node:crypto";

/** The eight digits with which awsx makes names unique: pulumi-awsx, awsx/utils.ts, `sha1hash`. */
export function shortHash(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 8);
}
