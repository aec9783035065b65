import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import * as path from "node:path";
import { parseArgs } from "node:util";

import { Copy, DockerfileParser, Keyword } from "dockerfile-ast";

import { AwsError } from "../../../account/errors";
import { DockerRuntime } from "../../../runtime/dataplane/tasks/dockerRuntime";
import type { ImageStore } from "../../images/imageStore";
import { parseReference } from "../../images/reference";
import { SIMULATED, type Tool, type ToolCall } from "./tool";

interface BuiltImage {
  readonly digest: string;
  readonly folder: string;
}

/** An error in Docker's own words. */
class DockerError extends Error {}

export interface DockerOptions {
  readonly images: ImageStore;
  /** Host of the account's private registry. */
  readonly registry: string;
  /** The password for `docker login`. */
  readonly password: string;
  /** Whether an engine answers on this machine. @default checked when the first image is built */
  readonly hasEngine?: () => Promise<boolean>;
}

/**
 * Stands in for Docker's command in a build. `docker build` really runs if an engine answers; otherwise it checks the
 * Dockerfile and copies the build context. `docker push` puts that copy into the lab's ECR, which responds like ECR.
 */
export class DockerStandIn {
  private readonly images = new Map<string, BuiltImage>();
  private readonly loggedIn = new Set<string>();

  constructor(private readonly options: DockerOptions) {}

  readonly tool: Tool = async (call) => {
    try {
      await this.run(call);
      return 0;
    } catch (error) {
      if (!(error instanceof DockerError)) throw error;
      call.err(`${error.message}\n`);
      return 1;
    }
  };

  /** Discards what was built. */
  async close(): Promise<void> {
    const folders = new Set([...this.images.values()].map(({ folder }) => folder));
    this.images.clear();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  }

  private async run(call: ToolCall): Promise<void> {
    const [command = "", ...args] = withoutGroup(call.args);
    switch (command) {
      case "--version":
      case "version":
        call.out(`Docker version 28 (${SIMULATED} stand-in)\n`);
        return;
      case "login":
        this.login(call, args);
        return;
      case "logout":
        this.loggedIn.clear();
        return;
      case "build":
        await this.build(call, args);
        return;
      case "tag":
        this.tag(args);
        return;
      case "push":
        await this.push(call, args);
        return;
      case "pull":
        this.pull(call, args);
        return;
      case "inspect":
        this.inspect(call, args);
        return;
      default:
        throw new DockerError(
          `docker: '${command}' is not a command of the lab's stand-in, which has login, logout, ` +
            "build, tag, push, pull, inspect and version",
        );
    }
  }

  private login(call: ToolCall, args: readonly string[]): void {
    const { values, positionals } = parse(args, {
      username: { type: "string", short: "u" },
      password: { type: "string", short: "p" },
      "password-stdin": { type: "boolean" },
    });
    const password = values["password-stdin"] === true ? call.stdin.trim() : values.password;
    const registry = (positionals[0] ?? "").replace(/^https?:\/\//, "").replace(/\/.*$/, "");
    const isRight =
      registry === this.options.registry &&
      values.username === "AWS" &&
      password === this.options.password;
    if (!isRight) {
      throw new DockerError(
        `Error response from daemon: login attempt to https://${registry}/v2/ failed with status: ` +
          "400 Bad Request",
      );
    }
    this.loggedIn.add(registry);
    call.out("Login Succeeded\n");
  }

  private async build(call: ToolCall, args: readonly string[]): Promise<void> {
    const { values, positionals } = parse(args, {
      tag: { type: "string", short: "t", multiple: true },
      file: { type: "string", short: "f" },
      "build-arg": { type: "string", multiple: true },
      platform: { type: "string" },
      target: { type: "string" },
      label: { type: "string", multiple: true },
      "cache-from": { type: "string", multiple: true },
      "cache-to": { type: "string", multiple: true },
      progress: { type: "string" },
      provenance: { type: "string" },
      network: { type: "string" },
      pull: { type: "boolean" },
      "no-cache": { type: "boolean" },
      quiet: { type: "boolean", short: "q" },
      load: { type: "boolean" },
      push: { type: "boolean" },
    });
    const [given] = positionals;
    if (given === undefined || positionals.length > 1) {
      throw new DockerError('ERROR: "docker build" requires 1 argument.');
    }
    const context = path.resolve(call.cwd, given);
    if (!existsSync(context)) {
      throw new DockerError(`ERROR: unable to prepare context: path "${given}" not found`);
    }
    const dockerfile =
      values.file === undefined
        ? path.join(context, "Dockerfile")
        : path.resolve(call.cwd, String(values.file));
    if (await this.hasEngine()) await buildForReal(call, args);
    else checkDockerfile(call, context, dockerfile);
    const image = await this.options.images.build(context, {
      dockerfile,
      ...(values.platform === undefined ? {} : { platform: String(values.platform) }),
      buildArgs: buildArguments(values["build-arg"] as string[] | undefined),
    });
    const tags = (values.tag ?? []) as string[];
    for (const tag of tags) this.images.set(full(tag), image);
    this.images.set(image.digest, image);
    call.out(`writing image ${image.digest}\n`);
    for (const tag of tags) call.out(`naming to ${tag}\n`);
    if (values.push === true) for (const tag of tags) await this.push(call, [tag]);
  }

  private tag(args: readonly string[]): void {
    const [from = "", to = ""] = args;
    const image = this.images.get(full(from));
    if (image === undefined) {
      throw new DockerError(`Error response from daemon: No such image: ${full(from)}`);
    }
    this.images.set(full(to), image);
  }

  private async push(call: ToolCall, args: readonly string[]): Promise<void> {
    const { positionals } = parse(args, { quiet: { type: "boolean", short: "q" } });
    const reference = positionals[0] ?? "";
    const { registry, name, tag = "latest" } = parseReference(reference);
    call.out(`The push refers to repository [${registry ?? "docker.io"}/${name}]\n`);
    const image = this.images.get(full(reference));
    if (image === undefined) {
      throw new DockerError(
        `An image does not exist locally with the tag: ${registry ?? "docker.io"}/${name}`,
      );
    }
    if (registry !== this.options.registry) {
      throw new DockerError(`${SIMULATED} the stand-in only pushes to ${this.options.registry}`);
    }
    if (!this.loggedIn.has(registry)) throw new DockerError("no basic auth credentials");
    try {
      await this.options.images.push(name, tag, image.digest, image.folder);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw new DockerError(registryError(error));
    }
    call.out(`${SIMULATED} kept in the lab's ECR, not sent anywhere\n`);
    call.out(`${tag}: digest: ${image.digest}\n`);
  }

  /** Pulls nothing: base images are not needed. */
  private pull(call: ToolCall, args: readonly string[]): void {
    const reference = args.at(-1) ?? "";
    const { registry, name, tag } = parseReference(reference);
    if (registry !== this.options.registry) {
      call.out(`${SIMULATED} ${reference} is not pulled: the stand-in does not need it\n`);
      return;
    }
    const image = this.options.images
      .list(name)
      .find(({ inputs }) => (inputs.tags as (string | undefined)[]).includes(tag));
    if (image === undefined) {
      throw new DockerError(
        `Error response from daemon: manifest for ${reference} not found: manifest unknown: ` +
          "Requested image not found",
      );
    }
    call.out(`Digest: ${String(image.inputs.digest)}\n`);
  }

  private inspect(call: ToolCall, args: readonly string[]): void {
    const { values, positionals } = parse(args, { format: { type: "string", short: "f" } });
    const reference = positionals[0] ?? "";
    const image = this.images.get(full(reference));
    if (image === undefined) {
      throw new DockerError(`Error response from daemon: No such image: ${reference}`);
    }
    const { registry, name } = parseReference(reference);
    const repoDigest = `${registry === undefined ? "" : `${registry}/`}${name}@${image.digest}`;
    switch (values.format) {
      case undefined:
        call.out(`${JSON.stringify([{ Id: image.digest, RepoDigests: [repoDigest] }], null, 4)}\n`);
        return;
      case "{{.Id}}":
        call.out(`${image.digest}\n`);
        return;
      case "{{index .RepoDigests 0}}":
        call.out(`${repoDigest}\n`);
        return;
      default:
        throw new DockerError(`${SIMULATED} the stand-in has no format ${String(values.format)}`);
    }
  }

  private async hasEngine(): Promise<boolean> {
    if (this.options.hasEngine) return this.options.hasEngine();
    return (await DockerRuntime.find()).available;
  }
}

/** `docker image build` and `docker buildx build` are `docker build`. */
function withoutGroup(args: readonly string[]): readonly string[] {
  return ["image", "buildx"].includes(args[0] ?? "") ? args.slice(1) : args;
}

type Flags = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

function parse(args: readonly string[], options: Flags) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    const { message } = error as Error;
    const [, flag] = /^Unknown option '([^']+)'/.exec(message) ?? [];
    throw new DockerError(
      flag === undefined ? message : `unknown flag: ${flag} (the lab's stand-in for docker)`,
    );
  }
}

/** Reference with the default tag. */
function full(reference: string): string {
  const { registry, name, tag, digest } = parseReference(reference);
  if (reference.startsWith("sha256:")) return reference;
  const host = registry === undefined ? "" : `${registry}/`;
  return digest === undefined ? `${host}${name}:${tag ?? "latest"}` : `${host}${name}@${digest}`;
}

function buildArguments(given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(given.map((one) => one.split(/=(.*)/s, 2) as [string, string]));
}

/** ECR's errors as returned by the registry's API and printed by Docker. */
function registryError({ code, message }: AwsError): string {
  const text = message.slice(code.length + 2);
  return code === "RepositoryNotFoundException" ? `name unknown: ${text}` : `tag invalid: ${text}`;
}

async function buildForReal(call: ToolCall, args: readonly string[]): Promise<void> {
  const kept = args.filter((arg) => arg !== "--push");
  const code = await new Promise<number>((resolve, reject) => {
    const child = spawn("docker", ["build", ...kept], {
      cwd: call.cwd,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.setEncoding("utf8").on("data", call.out);
    child.stderr.setEncoding("utf8").on("data", call.err);
    child.once("error", reject);
    child.once("close", (exit) => {
      resolve(exit ?? 1);
    });
  });
  if (code !== 0) throw new DockerError(`docker build ended with exit code ${code}`);
}

/** Finds problems in a Dockerfile at which a build would fail, as far as possible without running it. */
function checkDockerfile(call: ToolCall, context: string, file: string): void {
  if (!existsSync(file)) {
    throw new DockerError(
      "ERROR: failed to build: failed to solve: failed to read dockerfile: open " +
        `${path.basename(file)}: no such file or directory`,
    );
  }
  call.out(
    `${SIMULATED} no Docker engine answers: RUN steps are not run, the image is a copy of the context\n`,
  );
  const dockerfile = DockerfileParser.parse(readFileSync(file, "utf8"));
  const known = new Set<string>(Object.values(Keyword));
  const instructions = dockerfile.getInstructions();
  for (const instruction of instructions) {
    const line = instruction.getRange().start.line + 1;
    const keyword = instruction.getKeyword();
    if (!known.has(keyword)) {
      throw new DockerError(
        "ERROR: failed to build: failed to solve: dockerfile parse error on line " +
          `${line}: unknown instruction: ${instruction.getInstruction()}`,
      );
    }
    call.out(`${keyword} ${instruction.getArgumentsContent() ?? ""}\n`);
    if (instruction instanceof Copy && instruction.getFromFlag() === null) {
      checkSources(context, instruction);
    }
  }
  if (!instructions.some((instruction) => instruction.getKeyword() === "FROM")) {
    throw new DockerError(
      "ERROR: failed to build: failed to solve: dockerfile parse error: no build stage in current context",
    );
  }
}

function checkSources(context: string, copy: Copy): void {
  const sources = copy
    .getArguments()
    .slice(0, -1)
    .map((argument) => argument.getValue());
  for (const source of sources) {
    // Only the engine can evaluate patterns and variables.
    if (/[*?[$]/.test(source) || existsSync(path.join(context, source))) continue;
    throw new DockerError(
      "ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate " +
        `checksum of ref: "/${source.replace(/^\.?\//, "")}": not found`,
    );
  }
}
