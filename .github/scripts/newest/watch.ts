import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";

import { installedVersionText } from "../../../lab/engine/pulumiInstall";
import { createProgress } from "../../../lab/shared/progress";
import { copyCheckout } from "../../../tests/checkout";
import { checks } from "./checks";
import { environment } from "./environment";
import { pinnedVersions, withVersions } from "./manifests";
import { endDescendants, succeeds } from "./processes";
import { newestCli } from "./pulumi";
import { lookUp } from "./registry";
import { type Result, summary, type Versions } from "./summary";
import { type Choice, choose } from "./versions";

export interface WatchOptions {
  /** Leaves the copy where it is. */
  keep: boolean;
  /** Told what is going on. */
  tell: (text: string) => void;
  /** Stops it. */
  signal: AbortSignal;
}

export interface Watched {
  passed: boolean;
  /** In Markdown. */
  summary: string;
}

const sdk = "@pulumi/pulumi";

/** Runs the checks in a copy of the checkout that has the newest of Pulumi's packages. */
export async function watchNewest({ keep, tell, signal }: WatchOptions): Promise<Watched> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), "newest-"));
  let ending: Promise<void> | undefined;
  const end = () => {
    ending = endDescendants(process.pid);
  };
  signal.addEventListener("abort", end);
  try {
    signal.throwIfAborted();
    return await watchIn(folder, tell, signal);
  } finally {
    signal.removeEventListener("abort", end);
    await ending;
    if (keep) tell(`Kept: ${folder}`);
    else await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function watchIn(
  folder: string,
  tell: WatchOptions["tell"],
  signal: AbortSignal,
): Promise<Watched> {
  const checkout = path.join(folder, "checkout");
  tell(`Copying the checkout to ${checkout}`);
  const manifests = (await copyCheckout(checkout))
    .filter((file) => path.basename(file) === "package.json")
    .map((file) => path.join(checkout, file));

  tell("Looking up the newest releases");
  const node = process.versions.node;
  const choices = await chooseAll(manifests, node);
  await writeAll(manifests, choices);
  // A door test lists the files by git.
  await promisify(execFile)("sh", ["-c", "git init -q && git add -A"], { cwd: checkout });
  signal.throwIfAborted();

  // The SDK and the CLI are released together.
  const newest = choices.find(({ name }) => name === sdk)?.newest ?? installedVersionText;
  const cli = await newestCli(newest, path.join(folder, "pulumi"), {
    progress: createProgress(),
    signal,
  });
  signal.throwIfAborted();

  const versions: Versions[] = [
    ...choices,
    { name: "Pulumi CLI", pinned: installedVersionText, newest, taken: cli.version },
    { name: "Node.js", pinned: await supportedNode(checkout), newest: "", taken: node },
  ];
  for (const { name, pinned, taken } of versions) tell(`${name}: ${taken} (pinned: ${pinned})`);
  const notes = [...choices, cli].flatMap(({ reason }) => reason ?? []);
  for (const note of notes) tell(note);

  const env = environment(process.env, folder, [path.dirname(process.execPath), ...cli.path]);
  for (const name of ["cache", "tmp"]) await mkdir(path.join(folder, name));
  const results = await runAll(checkout, env, tell, signal);
  return {
    passed: results.every(({ outcome }) => outcome === "passed"),
    summary: summary(versions, results, notes),
  };
}

async function chooseAll(manifests: readonly string[], node: string): Promise<Choice[]> {
  const texts = await Promise.all(manifests.map((file) => readFile(file, "utf8")));
  const pinned = [...pinnedVersions(texts)].sort();
  const packages = await Promise.all(pinned.map(([name, version]) => lookUp(name, version)));
  return packages.map((one) => choose(one, node));
}

async function writeAll(manifests: readonly string[], choices: readonly Choice[]): Promise<void> {
  const versions = new Map(choices.map(({ name, taken }) => [name, taken]));
  for (const file of manifests) {
    await writeFile(file, withVersions(await readFile(file, "utf8"), versions));
  }
}

async function supportedNode(checkout: string): Promise<string> {
  const text = await readFile(path.join(checkout, "package.json"), "utf8");
  return (JSON.parse(text) as { engines: { node: string } }).engines.node;
}

async function runAll(
  cwd: string,
  env: NodeJS.ProcessEnv,
  tell: WatchOptions["tell"],
  signal: AbortSignal,
): Promise<Result[]> {
  const run = async (name: string, command: string, args: readonly string[]): Promise<Result> => {
    tell(`${name}: ${path.basename(command)} ${args.join(" ")}`);
    const started = performance.now();
    const well = await succeeds(command, args, { cwd, env });
    signal.throwIfAborted();
    const outcome = well ? "passed" : "failed";
    return { name, outcome, seconds: (performance.now() - started) / 1000 };
  };

  // Scripts of packages would download plugins, which nothing here uses.
  const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund"];
  const results = [await run("install", "npm", install)];
  const installed = results[0]?.outcome === "passed";
  for (const { name, args } of checks) {
    results.push(
      installed ? await run(name, process.execPath, args) : { name, outcome: "not run" },
    );
  }
  return results;
}
