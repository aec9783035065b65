import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { ASSET_FILE } from "@aws-cdk/asset-awscli-v1";
import { unzipSync } from "fflate";

import { shellQuoted } from "../lab/engine/languageHost/nodeProcess";

/**
 * Provides an `aws` on a PATH that begins with a folder: version 2 if it is installed, and otherwise version 1 from
 * `@aws-cdk/asset-awscli-v1`, AWS's CLI as an npm package (about 130 MB), unpacked into the folder.
 *
 * @param context of the hook or the test, which is skipped if there is neither version 2 nor Python 3.10
 * @returns the CLI's version
 */
export function provideAwsCli(context: Mocha.Context, folder: string): 1 | 2 {
  if (printed("aws", "--version").startsWith("aws-cli/2")) return 2;
  const script = "import sys; print(sys.executable if sys.version_info >= (3, 10) else '')";
  const python = printed("python3", "-c", script).trim();
  if (python === "") {
    console.log("      skipped: there is neither the AWS CLI 2 nor Python 3.10 on this machine");
    context.skip();
  }
  const isNeeded = ({ name }: { name: string }) =>
    name.startsWith("awscli/") && !/\/(__pycache__\/.*)?$/.test(name);
  const files = unzipSync(readFileSync(ASSET_FILE), { filter: isNeeded });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const words = [python, join(folder, "awscli", "aws")].map(shellQuoted);
  writeFileSync(join(folder, "aws"), `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
  // Python caches the files that it compiles, which several commands must not do at once.
  execFileSync(join(folder, "aws"), ["--version"], { stdio: "ignore" });
  return 1;
}

/** What a program prints; empty if it is not installed. */
function printed(program: string, ...args: string[]): string {
  const { error, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return error === undefined ? stdout : "";
}
