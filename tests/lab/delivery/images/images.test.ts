import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Readable } from "node:stream";

import { Account } from "../../../../lab/account/account";
import { followContents, UNFINISHED } from "../../../../lab/account/contents";
import { imageFolders, pushedImageCheck } from "../../../../lab/delivery/images/imageFolder";
import { ImageStore } from "../../../../lab/delivery/images/imageStore";
import { LayerStore } from "../../../../lab/delivery/images/layerStore";
import { parseReference } from "../../../../lab/delivery/images/reference";
import { Registry } from "../../../../lab/delivery/images/registry";
import { repository as checkout } from "../../../../lab/shared/repository";
import { create, createWorld, FARGATE_TASK, TYPES } from "../../account/fixtures";

const REGISTRY = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com";

describe("An image reference", () => {
  const cases: readonly [string, ReturnType<typeof parseReference>][] = [
    ["nginx", { name: "nginx", tag: "latest" }],
    ["nginx:1.30", { name: "nginx", tag: "1.30" }],
    ["library/nginx", { name: "library/nginx", tag: "latest" }],
    ["localhost/nginx:1", { registry: "localhost", name: "nginx", tag: "1" }],
    ["host:5000/a/b", { registry: "host:5000", name: "a/b", tag: "latest" }],
    [`${REGISTRY}/web/nginx:1a2b`, { registry: REGISTRY, name: "web/nginx", tag: "1a2b" }],
    [`${REGISTRY}/web@sha256:12`, { registry: REGISTRY, name: "web", digest: "sha256:12" }],
    [`${REGISTRY}/web:1@sha256:12`, { registry: REGISTRY, name: "web", digest: "sha256:12" }],
  ];
  for (const [reference, parts] of cases) {
    it(`is parsed: ${reference}`, () => {
      assert.deepEqual(parseReference(reference), parts);
    });
  }
});

describe("Pushed images", () => {
  let state: string;
  let context: string;
  let account: Account;
  let store: ImageStore;
  let stop: () => void;

  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), "images-"));
    context = path.join(state, "context");
    mkdirSync(path.join(context, "html"), { recursive: true });
    writeFileSync(path.join(context, "Dockerfile"), "FROM scratch\n");
    account = Account.inMemory();
    store = new ImageStore(account, state);
    stop = followContents(account, state);
  });
  afterEach(() => {
    stop();
    rmSync(state, { recursive: true });
  });

  function page(text: string): void {
    writeFileSync(path.join(context, "html", "index.html"), text);
  }

  async function push(tag: string, repository = "web"): Promise<string> {
    const { digest, folder } = await store.build(context);
    try {
      await store.push(repository, tag, digest, folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
    return digest;
  }

  const find = (reference: string) =>
    imageFolders({ account, stateDir: state, checkout })(`${REGISTRY}/${reference}`);
  const check = (reference: string) =>
    pushedImageCheck({ account, stateDir: state })(`${REGISTRY}/${reference}`);
  const files = () => readdirSync(path.join(state, "images"));
  const kept = () => files().filter((name) => !name.endsWith(".json"));

  it("are found by tag and by digest, with the contents they were built with", async () => {
    await create(account, "repository", { name: "web" });
    page("one");
    const first = await push("1");
    page("two");
    const second = await push("2");
    assert.notEqual(first, second);
    assert.equal(find("web:1"), store.folderOf(first));
    assert.equal(find(`web@${second}`), store.folderOf(second));
    assert.ok(existsSync(path.join(find("web:1") ?? "", "Dockerfile")));
    assert.equal(kept().length, 2);
  });

  it("have one digest for equal contents, and another for another platform", async () => {
    page("one");
    const digests = [
      await store.build(context),
      await store.build(context),
      await store.build(context, { platform: "linux/arm64" }),
    ].map(({ digest }) => digest);
    assert.equal(digests[0], digests[1]);
    assert.notEqual(digests[0], digests[2]);
  });

  it("are rejected if the repository does not exist, and leave nothing behind", async () => {
    page("one");
    await assert.rejects(push("1"), /RepositoryNotFoundException: .*'web' does not exist/);
    assert.deepEqual(files(), []);
  });

  it("keep their tag in an immutable repository", async () => {
    await create(account, "repository", { name: "web", imageTagMutability: "IMMUTABLE" });
    page("one");
    const first = await push("1");
    page("two");
    await assert.rejects(push("1"), /ImageTagAlreadyExistsException: The image tag '1' already/);
    assert.equal(find("web:1"), store.folderOf(first));
    assert.deepEqual(kept(), [first.replace("sha256:", "")]);
    assert.deepEqual(files(), [...kept(), `${first.replace("sha256:", "")}.json`]);
  });

  it("may lose a tag that the immutable repository excludes", async () => {
    await create(account, "repository", {
      name: "web",
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [{ filter: "cache*", filterType: "WILDCARD" }],
    });
    page("one");
    await push("cache-1");
    page("two");
    const second = await push("cache-1");
    assert.equal(find("web:cache-1"), store.folderOf(second));
  });

  it("lose their tag to the next one in a mutable repository, and keep their digest", async () => {
    await create(account, "repository", { name: "web" });
    page("one");
    const first = await push("latest");
    page("two");
    const second = await push("latest");
    assert.equal(find("web:latest"), store.folderOf(second));
    assert.equal(find(`web@${first}`), store.folderOf(first));
  });

  it("may be pushed again under the same tag, as that changes nothing", async () => {
    await create(account, "repository", { name: "web", imageTagMutability: "IMMUTABLE" });
    page("one");
    assert.equal(await push("1"), await push("1"));
    assert.equal(store.list("web").length, 1);
  });

  it("keep a repository from being deleted unless it is forced", async () => {
    const { id } = await create(account, "repository", { name: "web" });
    page("one");
    await push("1");
    await assert.rejects(
      account.delete(TYPES.repository, id),
      /RepositoryNotEmptyException: .*'web'/,
    );
    await account.modify(TYPES.repository, id, { forceDelete: true });
    await account.delete(TYPES.repository, id);
    assert.deepEqual(account.list(), []);
    assert.ok(!existsSync(path.join(state, "images")));
  });

  it("stay while another repository has them too", async () => {
    await create(account, "repository", { name: "web", forceDelete: true });
    await create(account, "repository", { name: "other", forceDelete: true });
    page("one");
    const digest = await push("1");
    await push("1", "other");
    await account.delete(TYPES.repository, "web");
    assert.equal(find("other:1"), store.folderOf(digest));
    assert.ok(existsSync(store.folderOf(digest)));
  });

  it("that a killed lab left without a record are removed at the next start", async () => {
    page("one");
    const { folder } = await store.build(context);
    assert.match(path.basename(folder), new RegExp(`^${UNFINISHED}`));
    followContents(account, state)();
    assert.ok(!existsSync(folder));
  });

  it("are not started if one of their files is damaged or lost, until they are pushed again", async () => {
    await create(account, "repository", { name: "web" });
    page("one");
    const folder = store.folderOf(await push("1"));
    const file = path.join(folder, "html", "index.html");
    const dockerfile = path.join(folder, "Dockerfile");
    const damages: readonly (readonly [file: string, content?: string])[] = [
      [file, "two"],
      [dockerfile],
      [`${folder}.json`, "["],
    ];
    for (const [damaged, content] of damages) {
      if (content === undefined) rmSync(damaged);
      else writeFileSync(damaged, content);
      await assert.rejects(
        check("web:1"),
        (error: Error) =>
          /damaged.*Push the image again/.test(error.message) && error.message.includes(damaged),
        damaged,
      );
      await push("1");
      await check("web:1");
      assert.equal(
        readFileSync(path.join(find("web:1") ?? "", "html", "index.html"), "utf8"),
        "one",
      );
    }
    rmSync(folder, { recursive: true });
    await assert.rejects(check("web:1"), /Dockerfile is damaged/);
    await push("1");
    // Earlier labs did not record what is in an image.
    rmSync(`${folder}.json`);
    await check("web:1");
    assert.equal(find("web:1"), folder);
  });

  it("cannot be pulled if nobody pushed them: the error is ECS's", async () => {
    await create(account, "repository", { name: "web" });
    assert.throws(() => find("web:1"), /^TaskStartError: CannotPullContainerError: .*not found$/);
    assert.throws(() => find("none:1"), /CannotPullContainerError: .*repository does not exist$/);
  });

  it("are not needed for public images, which come from the checkout: nginx/, services/<name>, or none", () => {
    const folders = imageFolders({ account, stateDir: state, checkout });
    assert.equal(folders("public.ecr.aws/x/nginx:1"), path.join(checkout, "nginx"));
    assert.equal(folders("public.ecr.aws/x/unheard-of:1"), undefined);
  });
});

describe("Pushed layers", () => {
  let state: string;

  beforeEach(() => {
    state = mkdtempSync(path.join(tmpdir(), "layers-"));
  });
  afterEach(() => {
    rmSync(state, { recursive: true });
  });

  const sha256 = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
  const kept = () => readdirSync(path.join(state, "layers"));

  async function upload(layers: LayerStore, text: string): Promise<string> {
    const id = layers.begin("web");
    await layers.append("web", id, Readable.from([Buffer.from(text)]));
    const digest = sha256(text);
    await layers.complete("web", id, digest);
    return digest;
  }

  it("are limited in size, each and in total, and what exceeds it leaves the upload as it was", async () => {
    const layers = new LayerStore(state, { layer: 5, total: 8 });
    const id = layers.begin("web");
    const append = (text: string) => layers.append("web", id, Readable.from([Buffer.from(text)]));
    assert.equal(await append("123"), 3);
    await assert.rejects(append("456"), /^AwsError: LimitExceededException: /);
    assert.equal(layers.sizeOf("web", id), 3);
    assert.equal(await append("45"), 5);
    await assert.rejects(upload(layers, "1234"), /LimitExceededException/);
  });

  it("keep nothing of a part that breaks off", async () => {
    const layers = new LayerStore(state);
    const id = layers.begin("web");
    const broken = Readable.from([Buffer.from("123")]);
    broken.on("data", () => broken.destroy(new Error("the client has gone")));
    await assert.rejects(layers.append("web", id, broken), /gone|closed/);
    assert.equal(layers.sizeOf("web", id), 0);
  });

  it("count as missing once their content is damaged, until they are uploaded again", async () => {
    const layers = new LayerStore(state);
    const digest = await upload(layers, "{}");
    layers.keep([digest]);
    const { file = "" } = (await layers.look(digest)) ?? {};
    writeFileSync(file, "[]");
    assert.deepEqual(await layers.look(digest), { file, isWhole: false });
    await upload(layers, "{}");
    assert.deepEqual(await layers.look(digest), { file, isWhole: true });
    assert.equal(readFileSync(file, "utf8"), "{}");
    assert.equal(kept().length, 1);
  });

  it("stay as long as an image refers to them", async () => {
    const account = Account.inMemory();
    const registry = new Registry(account, state);
    const stop = followContents(account, state);
    try {
      await create(account, "repository", { name: "web", forceDelete: true });
      const digest = await upload(registry.layers, "{}");
      await upload(registry.layers, "nobody's");
      const manifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: { digest, size: 2 },
        layers: [],
      });
      await registry.put({ repository: "web", manifest, tag: "1", host: "127.0.0.1:1" });
      assert.ok(kept().includes(digest.replace("sha256:", "")));
      followContents(account, state)(); // as at the lab's next start
      assert.deepEqual(kept(), [digest.replace("sha256:", "")]);
      await account.delete(TYPES.repository, "web");
      assert.ok(!existsSync(path.join(state, "layers")));
    } finally {
      stop();
    }
  });

  it("are pushed to an address that no task pulls from", () => {
    const find = imageFolders({ account: Account.inMemory(), stateDir: state, checkout });
    assert.throws(() => find("127.0.0.1:8060/web/nginx:1"), /use the repository's URI/);
  });
});

describe("Revisions of a task definition that no stack declares", () => {
  it("are removed with the last one that a stack does declare", async () => {
    const account = Account.inMemory();
    await createWorld(account);
    const declared = account.list(TYPES.taskDefinition).map(({ id }) => id);
    const [first] = account.list(TYPES.taskDefinition);
    const { id } = await account.create({
      type: TYPES.taskDefinition,
      urn: "urn:lab:pipeline",
      inputs: first?.inputs ?? FARGATE_TASK,
      region: "ap-northeast-1",
    });
    assert.ok(account.get(TYPES.taskDefinition, id));
    for (const one of declared) await account.delete(TYPES.taskDefinition, one);
    assert.equal(account.get(TYPES.taskDefinition, id), undefined);
  });
});
