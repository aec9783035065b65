import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants, mkdir, realpath, rename, rm } from "node:fs/promises";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { SemVer } from "semver";
import which from "which";

import { messageOf } from "../shared/messageOf";
import { assertOwn } from "../shared/ownFiles";
import type { Progress } from "../shared/progress";
import { installLanguageHost } from "./languageHost/install";
import {
  builtMark,
  cacheFolder,
  exists,
  installedVersionText,
  installRoot,
  languageHostName,
} from "./pulumiInstall";

export const installedVersion = new SemVer(installedVersionText);
const oldestVersion = new SemVer("3.248.0");

/** A Pulumi CLI that can run Node.js programs. */
export interface PulumiCli {
  /** Path of the program. */
  command: string;
  version: SemVer;
  /** Folders to prepend to PATH: the CLI's own, and that of the lab's language host if the CLI has none. */
  path: readonly string[];
  /** Whether it came without a language host, so that the lab's is used. */
  usesOwnHost: boolean;
}

const goModule = path.join(__dirname, "pulumi-cli");
const goPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

export interface PulumiCliOptions {
  /** Reports the progress of an installation. */
  progress: Progress;
  /**
   * Where an installed CLI is kept, so that it is installed only once per machine.
   * @default the user's cache folder, `~/.cache/ecs-handson/pulumi` on Linux
   */
  cacheDir?: string;
  /** Where the official download comes from. @default "https://get.pulumi.com/" */
  downloadSite?: string;
  /** Stops an installation. */
  signal?: AbortSignal;
}

/**
 * The Pulumi CLI: the one on PATH if it is new enough; else one installed before; else the official download; else one
 * built from its Go module, for machines that can only reach package registries.
 *
 * @throws Error that says why each way failed, and what to do.
 */
export async function findPulumiCli(options: PulumiCliOptions): Promise<PulumiCli> {
  const root = installRoot(options.cacheDir);
  const ways: [string, () => Promise<PulumiCli>][] = [
    ["on PATH", () => findOnPath(options)],
    ["installed before", () => findInstalled(root)],
    ["official download", () => download(root, options)],
    ["build with Go", () => build(root, options)],
  ];
  const failures: string[] = [];
  for (const [way, attempt] of ways) {
    try {
      return await attempt();
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(`  - ${way}: ${firstLine(error)}`);
    }
  }
  throw new Error(
    `no Pulumi CLI ${oldestVersion.version} or newer:\n${failures.join("\n")}\n` +
      "Install it (https://www.pulumi.com/docs/iac/download-install/), or Go 1.25.11 or newer.",
  );
}

async function findOnPath({ cacheDir }: PulumiCliOptions): Promise<PulumiCli> {
  const command = await which("pulumi").catch(() => {
    throw new Error("there is none");
  });
  const { stdout } = await promisify(execFile)(command, ["version"], { env: quiet() });
  const version = new SemVer(stdout.trim());
  if (version.compare(oldestVersion) < 0) {
    throw new Error(`${command} is ${version.version}`);
  }
  // The CLI looks for its language host beside itself, wherever a link leads, and on PATH.
  const folder = path.dirname(await realpath(command));
  const usesOwnHost = await exists(path.join(folder, builtMark));
  if (usesOwnHost) await installLanguageHost(folder);
  else if (
    !(await exists(path.join(folder, languageHostName))) &&
    !(await which(languageHostName, { nothrow: true }))
  ) {
    const host = path.join(cacheFolder(cacheDir), "language-host");
    await installLanguageHost(host);
    await assertOwn(cacheFolder(cacheDir), path.join(host, languageHostName));
    return { command, version, path: [folder, host], usesOwnHost: true };
  }
  return { command, version, path: [folder], usesOwnHost };
}

/** Environment for asking a CLI for its version only. */
const quiet = () => ({ ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" });

/** It was installed atomically into a folder named after its version, so the version is not checked each time. */
async function findInstalled(root: string): Promise<PulumiCli> {
  const bin = path.join(root, "bin");
  const command = path.join(bin, "pulumi");
  await access(command, constants.X_OK).catch(() => {
    throw new Error(`nothing in ${root}`);
  });
  await assertOwn(path.dirname(path.dirname(root)), command);
  // The official download brings its own; a CLI without one was built here.
  const usesOwnHost =
    (await exists(path.join(bin, builtMark))) || !(await exists(path.join(bin, languageHostName)));
  if (usesOwnHost) await installLanguageHost(bin);
  await assertOwn(bin, path.join(bin, languageHostName));
  return { command, version: installedVersion, path: [bin], usesOwnHost };
}

async function download(root: string, options: PulumiCliOptions) {
  const { progress, signal, downloadSite = "https://get.pulumi.com/" } = options;
  // Fails at once if the site cannot be reached; the installer itself would retry for minutes.
  await fetch(downloadSite, { method: "HEAD", signal: AbortSignal.timeout(5000) }).catch(
    (error: unknown) => {
      throw new Error(`${downloadSite} cannot be reached (${firstLine(causeOf(error))})`);
    },
  );
  signal?.throwIfAborted();
  progress.start(`Downloading the Pulumi CLI ${installedVersion.version}`);
  try {
    const { PulumiCommand } =
      require("@pulumi/pulumi/automation") as typeof import("@pulumi/pulumi/automation");
    await PulumiCommand.install({ root, version: installedVersion });
    progress.succeed(`Pulumi CLI ${installedVersion.version} downloaded`);
    return await findInstalled(root);
  } catch (error) {
    progress.fail("The download failed");
    throw error;
  }
}

/** Takes some 5.5 minutes of compiling on two cores and 70 s of downloads, once per machine. */
async function build(root: string, { progress, signal }: PulumiCliOptions) {
  const what = `Building the Pulumi CLI ${installedVersion.version} from its Go module`;
  await go(["version"], signal).catch(() => {
    throw new Error("go is not on PATH");
  });

  progress.start(`${what}: downloading`);
  const unfinished = path.join(root, `unfinished-${process.pid}`);
  try {
    await mkdir(root, { recursive: true });
    const packages = (await go(["list", "-deps", goPackage], signal)).split("\n").length;
    await compile(unfinished, signal, (compiled) => {
      progress.update(
        `${what} (once per machine, about 6 minutes): ${compiled} of ${packages} packages`,
      );
    });
    await mkdir(path.join(root, "bin"), { recursive: true });
    await rename(unfinished, path.join(root, "bin", "pulumi"));
    progress.succeed(`Pulumi CLI ${installedVersion.version} built`);
  } catch (error) {
    progress.fail("The build failed");
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
  return findInstalled(root);
}

async function go(args: string[], signal?: AbortSignal): Promise<string> {
  const options = { cwd: goModule, signal, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await promisify(execFile)("go", args, options);
  return stdout;
}

/** Compiles the CLI into `file`, calling `onPackage` with the number of packages done so far. */
async function compile(
  file: string,
  signal: AbortSignal | undefined,
  onPackage: (compiled: number) => void,
): Promise<void> {
  const ldflags = `-s -w -X ${versionVariable}=v${installedVersion.version}`;
  const args = ["build", "-v", "-trimpath", "-ldflags", ldflags, "-o", file, goPackage];
  const compiler = spawn("go", args, {
    cwd: goModule,
    signal,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const exit = once(compiler, "exit") as Promise<[number | null]>;
  const complaints: string[] = [];
  let compiled = 0;
  for await (const line of createInterface({ input: compiler.stderr })) {
    // With -v, go prints each package it compiles. Error messages contain spaces, import paths do not.
    if (line.includes(" ")) complaints.push(line);
    else onPackage((compiled += 1));
  }
  const [code] = await exit;
  if (code !== 0) throw new Error(`go build: ${complaints.slice(-3).join(" ")}`);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? error.cause : error;
}

function firstLine(error: unknown): string {
  const message = messageOf(error);
  return message.trim().split("\n")[0] ?? message;
}
