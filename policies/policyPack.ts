import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PolicyPack, type PolicyPackConfig } from "@pulumi/policy";
import { serveWrapped } from "./internals/handlers";
import { Messages } from "./internals/messages";
import { readingOnce } from "./internals/readOnce";
import { startOrEnd } from "./internals/sdk";
import { judgeOperations } from "./lib/judgeOperations";
import type { Rule } from "./lib/rule";
import { inOrder } from "./lib/rulesIn";
import { rules } from "./rules";

/** What an organisation adds to this pack. */
export interface PackOptions {
  /** Additional rules, made by `makeRule`, with unique names. @default [] */
  readonly rules?: readonly Rule[];
  /** Default levels and settings, which an operation's configuration overrides. @default {} */
  readonly config?: PolicyPackConfig;
}

/**
 * Serves a pack with all rules of this one and additional rules: the whole program of an organisation's own pack.
 * Problems are printed on standard error and end the process: while its pack does not start, an operation fails.
 *
 * @param name the pack's name, as shown in findings; its version is that of the package.json in its folder.
 */
export function policyPack(name: string, { rules: own = [], config }: PackOptions = {}): void {
  startOrEnd(() => {
    const all = inOrder([...rules, ...own]);
    assertDistinct(all);
    const messages = new Messages({ name, version: versionOf(process.cwd()) });
    serveWrapped(
      (sdk) => judgeOperations(readingOnce(sdk), all, messages),
      () => new PolicyPack(name, { policies: [...all] }, config),
    );
  });
}

function assertDistinct(all: readonly Rule[]): void {
  const names = all.map((rule) => rule.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) {
    throw new Error(
      `the policy pack has two rules named ${twice.join(" and ")}: give yours another name`,
    );
  }
}

/** The version in package.json, where the SDK reads it too. */
function versionOf(folder: string): string {
  const file = join(folder, "package.json");
  try {
    const { version } = JSON.parse(readFileSync(file, "utf8")) as { version?: unknown };
    if (typeof version === "string" && version !== "") return version;
  } catch {
    // The file does not exist or is not JSON.
  }
  throw new Error(`the policy pack has no version: write one in ${file}`);
}
