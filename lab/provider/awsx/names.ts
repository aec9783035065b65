import { createHash } from "node:crypto";

/** The eight digits with which awsx tells names apart: pulumi-awsx, awsx/utils.ts, `sha1hash`. */
export function shortHash(text: string): string {
  return createHash("sha1").update(text).digest("hex").slice(0, 8);
}
