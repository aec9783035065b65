import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";

import type { Account } from "../../../lab/account/account";
import { ensureAccessKey, readAccessKey } from "../../../lab/api/accessKey";
import { imageFolders, pushedImageCheck } from "../../../lab/delivery/images/imageFolder";
import { damaged, Registry } from "../../../lab/delivery/images/registry";
import { Artifacts } from "../../../lab/delivery/pipeline/artifacts";
import { gitAddress } from "../../../lab/delivery/pipeline/gitAddress";
import { RunStore } from "../../../lab/delivery/pipeline/runStore";
import { LabStack } from "../../../lab/engine/labStack";
import { LastUpdate } from "../../../lab/engine/lastUpdate";
import { readProject } from "../../../lab/engine/project";
import { OperationMark } from "../../../lab/engine/recovery";
import { openHost } from "../../../lab/host/openHost";
import { ListenerPorts } from "../../../lab/runtime/dataplane/alb/listenerPorts";
import { DeployedImages } from "../../../lab/runtime/dataplane/tasks/deployedImages";
import { messageOf } from "../../../lab/shared/messageOf";
import { repository } from "../../../lab/shared/repository";
import { create, REGION, TYPES } from "../account/fixtures";
import { configOf, layerOf, manifestOf } from "../api/layers";

const cli = { command: "pulumi", path: [], usesOwnHost: true } as unknown as Parameters<
  typeof LabStack.open
>[0]["cli"];

/** Files that cannot be rebuilt: damage to them is reported. All others are rebuilt, or never read back. */
const IRREPLACEABLE = [
  "access-key.json",
  "account/journal.jsonl",
  "account/quotas.json",
  "account/secrets.key",
  "git-server.json",
  "passphrase",
  "pipelines/site/1a2b/run.json",
  "projects/ecs-handson/Pulumi.dev.yaml",
  "state/.pulumi/stacks/ecs-handson/dev.json",
  "work/dev/base-policies.json",
  "work/dev/base-settings.json",
];

/** Folders of what somebody pushed or a pipeline made, which cannot be rebuilt either. */
const PUSHED = /^(images|layers|objects)\//;

const REPOSITORY = "web";
const ARTIFACT = { bucket: "artifacts", key: "site/Source/1.zip" };

/** Damage that looks like a valid file that is empty or shorter. */
const UNDETECTED: Readonly<Record<string, readonly string[]>> = {
  "account/journal.jsonl": ["cut in half", "emptied"],
  "projects/ecs-handson/Pulumi.dev.yaml": ["emptied", "cut in half"],
};

const damages: Readonly<Record<string, (content: Buffer) => Buffer>> = {
  "cut in half": (content) => content.subarray(0, content.length >> 1),
  emptied: () => Buffer.alloc(0),
  "changed in one bit": (content) => {
    const changed = Buffer.from(content);
    const at = content.length >> 1;
    changed[at] = (changed[at] ?? 0) ^ 1;
    return changed;
  },
  "replaced by another JSON": () => Buffer.from("[]\n"),
  "replaced by bytes": () => Buffer.from([0, 255, 254, 1, 2, 3, 200, 10, 0, 10]),
};

describe("a lab with one damaged file", () => {
  const dirs: string[] = [];
  const fresh = async () => {
    const dir = await mkdtemp(path.join(tmpdir(), "lab-"));
    dirs.push(dir);
    return dir;
  };
  after(() => Promise.all(dirs.map((dir) => rm(dir, { recursive: true, force: true }))));

  const openStack = async (stateDir: string) =>
    LabStack.open({ name: "dev", project: await readProject(repository), stateDir, cli });

  /** A folder with each kind of file that a deployed stack has, as a killed lab leaves it. */
  async function standing(): Promise<string> {
    const state = await fresh();
    const stack = await openStack(state);
    const policies = path.join(repository, "policies", "config", "dev.json");
    await stack.settings.setUp("class spring", { desiredCount: "1" }, policies);
    const file = stack.stateFile;
    const meta = path.join(state, "state", ".pulumi", "meta.yaml");
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(meta, "version: 1\n");
    const checkpoint = { stack: "dev", latest: { resources: [] } };
    await writeFile(file, JSON.stringify({ version: 3, checkpoint }));
    await writeFile(`${file}.bak`, JSON.stringify({ version: 3, checkpoint }));
    await new LastUpdate(state, "ecs-handson", "dev").set("digest");
    await new OperationMark(state, "dev").set();
    await ensureAccessKey(state);
    await gitAddress(state);
    new ListenerPorts(path.join(state, "dataplane"), 8080, () => true).remember("arn", 8080);
    const host = await openHost(state);
    assert.ok(host.account);
    await host.account.grantQuotas({ vpcs: 7 });
    await push(host.account, state);
    await create(host.account, "logGroup", { name: "a" });
    await create(host.account, "logGroup", { name: "b" });
    const report = { operation: "up", result: "succeeded", at: "", changes: {}, errors: 0 };
    await host.report({ stack: "dev", ...report, findings: [] } as unknown as Parameters<
      typeof host.report
    >[0]);
    // Opening the account forgets executions of pipelines that it does not have.
    new RunStore(state).save("site", {
      id: "1a2b",
      trigger: "push",
      startedAt: "2026-01-31T09:00:00.000Z",
      status: "Succeeded",
      stages: [],
      artifacts: {},
      variables: {},
    } as unknown as Parameters<RunStore["save"]>[1]);
    const killed = await fresh();
    await cp(state, killed, { recursive: true });
    await host.close();
    await rm(path.join(killed, "account", "lock"), { recursive: true });
    const address = JSON.parse(await readFile(path.join(killed, "host.json"), "utf8")) as object;
    await writeFile(path.join(killed, "host.json"), JSON.stringify({ ...address, pid: 2 ** 30 }));
    // Copies contain paths of the folder that they were made in.
    await rm(state, { recursive: true });
    await cp(killed, state, { recursive: true });
    return state;
  }

  /** Pushes an image of a page as clients of the registry do, deploys it, and puts an artifact. */
  async function push(account: Account, state: string): Promise<void> {
    await create(account, "repository", { name: REPOSITORY });
    const registry = new Registry(account, state);
    const [layer, config] = [layerOf({ "usr/share/nginx/html/index.html": "page" }), configOf()];
    for (const { bytes, digest } of [layer, config]) {
      const id = registry.layers.begin(REPOSITORY);
      await registry.layers.append(REPOSITORY, id, Readable.from([bytes]));
      await registry.layers.complete(REPOSITORY, id, digest);
    }
    const manifest = manifestOf(config, [layer]);
    await registry.put({ repository: REPOSITORY, tag: "1", manifest, host: "127.0.0.1:8060" });
    await deploy(account, state);
    await create(account, "bucket", { bucket: ARTIFACT.bucket });
    await new Artifacts(account, state).put(ARTIFACT, Buffer.from("artifact"));
  }

  /** The folder that a task of the image runs from. */
  async function deploy(account: Account, state: string): Promise<string> {
    const image = `123456789012.dkr.ecr.${REGION}.amazonaws.com/${REPOSITORY}:1`;
    const sources = { account, stateDir: state, checkout: repository };
    await pushedImageCheck(sources)(image);
    const folder = imageFolders(sources)(image) ?? "";
    const facts = { taskDefinition: "web:1" };
    const spec = { taskArn: "", image, containerPort: 80, environment: {}, facts };
    return new DeployedImages(path.join(state, "dataplane")).folder(folder, spec);
  }

  /** Reads everything pushed that the account still has, as clients, tasks and actions do. */
  async function pull(account: Account, state: string): Promise<void> {
    const registry = new Registry(account, state);
    const image = registry.find(REPOSITORY, "1");
    const { manifest } = (image?.inputs ?? {}) as { manifest?: string };
    for (const digest of manifest?.match(/sha256:[0-9a-f]{64}/g) ?? []) {
      const layer = await registry.layerOf(REPOSITORY, digest);
      if (!layer?.isWhole) throw new Error(layer && damaged(layer));
    }
    if (image) {
      const page = path.join(await deploy(account, state), "html", "index.html");
      assert.equal(await readFile(page, "utf8"), "page");
    }
    const hasArtifact = account.list(TYPES.bucketObject).length > 0;
    if (hasArtifact) await new Artifacts(account, state).get(ARTIFACT);
  }

  /** What `status`, `preview` and `serve` read before they do anything. */
  async function open(state: string): Promise<void> {
    new RunStore(state).list("site");
    await (await openStack(state)).check();
    const host = await openHost(state);
    try {
      await host.status();
      assert.ok(host.account);
      await pull(host.account, state);
    } finally {
      await host.close();
    }
    await new LastUpdate(state, "ecs-handson", "dev").was("digest");
    await readAccessKey(state);
    await gitAddress(state);
    new ListenerPorts(path.join(state, "dataplane"), 8080, () => true).candidates("arn", 80);
  }

  async function filesOf(dir: string): Promise<string[]> {
    const entries = await readdir(dir, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(dir, path.join(entry.parentPath, entry.name)))
      .sort();
  }

  it("rebuilds the file if it is a cache, and otherwise reports it with its fix, for every file", async function () {
    this.timeout(240_000);
    const state = await standing();
    const files = await filesOf(state);
    for (const one of IRREPLACEABLE) assert.ok(files.includes(one), `${one} of ${files.join(" ")}`);
    assert.ok(files.length >= 20, files.join(" "));
    const kinds = files.map((file) => PUSHED.exec(file)?.[1]).filter((kind) => kind !== undefined);
    assert.deepEqual([...new Set(kinds)], ["images", "layers", "objects"]);
    assert.ok(files.some((file) => file.startsWith("dataplane/deployed/")));
    const copy = await fresh();
    for (const file of files) {
      for (const [damage, change] of Object.entries(damages)) {
        await rm(copy, { recursive: true });
        await cp(state, copy, { recursive: true });
        const damaged = path.join(copy, file);
        await writeFile(damaged, change(await readFile(damaged)));
        const message = await open(copy).then(() => undefined, messageOf);
        const what = `${file} ${damage}: ${message ?? "opened"}`;
        if (message !== undefined) {
          assert.ok(message.includes(damaged), what);
          assert.match(message, /restore|Restore|remove|recover|Push/, what);
          assert.doesNotMatch(message, /Unexpected|not valid JSON|\n +at |invalid_type/, what);
        }
        const isBitAlone = damage === "changed in one bit";
        if (PUSHED.test(file)) assert.ok(message, what);
        else if (!IRREPLACEABLE.includes(file)) assert.equal(message, undefined, what);
        else if (!isBitAlone && !UNDETECTED[file]?.includes(damage)) assert.ok(message, what);
      }
    }
  });
});
