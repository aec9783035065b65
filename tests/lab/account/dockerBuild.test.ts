import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import { Account } from "../../../lab/account/account";
import { contextHash } from "../../../lab/account/buildContext";
import type { Properties } from "../../../lab/account/resourceType";
import { create, problemPaths, rejection, TYPES } from "./fixtures";

const URL = "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/web/nginx";

describe("the account's image build", () => {
  let account: Account;
  let folder: string;

  beforeEach(async () => {
    account = Account.inMemory();
    folder = await mkdtemp(join(tmpdir(), "lab-image-"));
    await writeFile(join(folder, "Dockerfile"), "FROM nginx\n");
    await mkdir(join(folder, "html"));
    await writeFile(join(folder, "html", "index.html"), "hello");
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  const hash = () => contextHash(folder, join(folder, "Dockerfile"));

  function image(patch: Properties = {}): Properties {
    return {
      context: { location: folder },
      contextHash: "1",
      platforms: ["linux/amd64"],
      push: true,
      tags: [`${URL}:build`],
      ...patch,
    };
  }

  const MALFORMED: readonly [string, Properties, readonly string[]][] = [
    ["a missing context", { context: { location: "/none" } }, ["context", "dockerfile"]],
    ["a missing Dockerfile", { dockerfile: { location: "/none" } }, ["dockerfile"]],
    ["an image that is not pushed", { push: false }, ["push"]],
    ["an image without a tag", { tags: [] }, ["tags"]],
    ["a name without a tag", { tags: [URL] }, ["tags[0]"]],
    ["a platform without an architecture", { platforms: ["linux"] }, ["platforms[0]"]],
    [
      "options that it would ignore",
      { secrets: { key: "x" }, noCache: true },
      ["noCache", "secrets"],
    ],
    ["a misspelt property", { platform: "linux/amd64" }, ["platform"]],
  ];

  for (const [title, patch, paths] of MALFORMED) {
    it(`reports ${title}`, () => {
      assert.deepEqual(problemPaths("image", image(patch)), paths);
    });
  }

  it("refuses an image whose repository does not exist", async () => {
    assert.match(
      await rejection(create(account, "image", image())),
      /^RepositoryNotFoundException: .*web\/nginx:build does not exist/,
    );
    await create(account, "repository", { name: "web/nginx-other" });
    assert.match(await rejection(create(account, "image", image())), /^RepositoryNotFound/);
  });

  it("returns an image's address by tag and digest", async () => {
    await create(account, "repository", { name: "web/nginx" });
    const { outputs } = await create(account, "image", image());
    assert.match(String(outputs.digest), /^sha256:[0-9a-f]{64}$/);
    assert.equal(outputs.ref, `${URL}:build@${String(outputs.digest)}`);
  });

  it("returns the same digest for the same build only", async () => {
    await create(account, "repository", { name: "web/nginx" });
    const { id, urn, outputs } = await create(account, "image", image());
    const digestOf = async (patch: Properties) =>
      (await account.update(TYPES.image, id, urn, image(patch))).outputs.digest;
    assert.equal(await digestOf({}), outputs.digest);
    const others = [
      await digestOf({ contextHash: "2" }),
      await digestOf({ platforms: ["linux/arm64"] }),
      await digestOf({ buildArgs: { VERSION: "2" } }),
      await digestOf({ target: "tests" }),
    ];
    assert.equal(new Set([outputs.digest, ...others]).size, 5);
  });

  it("keeps a repository that has images, as AWS does", async () => {
    const repository = await create(account, "repository", { name: "web/nginx" });
    const { id } = await create(account, "image", image());
    assert.match(
      await rejection(account.delete(TYPES.repository, repository.id)),
      /^RepositoryNotEmptyException: .*'web\/nginx'.*still contains images$/,
    );
    await account.delete(TYPES.image, id);
    await account.delete(TYPES.repository, repository.id);
    assert.deepEqual(account.list(), []);
  });

  it("deletes the images of a repository whose deletion is forced", async () => {
    const forced = await create(account, "repository", { name: "web/nginx", forceDelete: true });
    await create(account, "repository", { name: "other" });
    await create(account, "image", image());
    const other = await create(account, "image", image({ tags: [`${URL.slice(0, -9)}other:1`] }));
    await account.delete(TYPES.repository, forced.id);
    assert.deepEqual(
      account.list(TYPES.image).map(({ id }) => id),
      [other.id],
    );
  });

  describe("build context", () => {
    it("has the same hash as long as nothing in it changes", async () => {
      assert.equal(await hash(), await hash());
    });

    const CHANGES: readonly [string, () => Promise<void>][] = [
      ["a file's contents change", () => writeFile(join(folder, "html", "index.html"), "hello!")],
      ["the Dockerfile changes", () => writeFile(join(folder, "Dockerfile"), "FROM httpd\n")],
      ["a file is added", () => writeFile(join(folder, "html", "more"), "")],
      ["a file is removed", () => rm(join(folder, "html", "index.html"))],
      [
        "a file is renamed",
        () => rename(join(folder, "html", "index.html"), join(folder, "i.html")),
      ],
      ["a link is added", () => symlink("nowhere", join(folder, "link"))],
    ];

    for (const [title, change] of CHANGES) {
      it(`gets another hash when ${title}`, async () => {
        const before = await hash();
        await change();
        assert.notEqual(await hash(), before);
      });
    }

    it("includes a Dockerfile from elsewhere in its hash", async () => {
      const context = join(folder, "html");
      const before = await contextHash(context, join(folder, "Dockerfile"));
      await writeFile(join(folder, "Dockerfile"), "FROM httpd\n");
      assert.notEqual(await contextHash(context, join(folder, "Dockerfile")), before);
    });

    it("gets different hashes for different contents", async () => {
      const file = join(folder, "html", "index.html");
      const hashOf = async (bytes: Uint8Array) => {
        await writeFile(file, bytes);
        return hash();
      };
      const bytes = fc.uint8Array({ maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(bytes, bytes, async (one, other) => {
          const isSame = Buffer.compare(one, other) === 0;
          assert.equal((await hashOf(one)) === (await hashOf(other)), isSame);
        }),
        { numRuns: 30 },
      );
    });
  });
});
