import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from "@aws-sdk/client-ecr";

import { RegistryAccess } from "../../../lab/api/registry/access";
import { createWorld, REGION } from "../account/fixtures";
import { PATIENCE_MS } from "../runtime/patience";
import { type Blob, blobOf, configOf, layerOf, MANIFEST_TYPE, manifestOf } from "./layers";
import { KEY, serveApi, type ServedApi } from "./servedApi";

const NGINX = "usr/share/nginx/html";
const INDEX_TYPE = "application/vnd.oci.image.index.v1+json";

describe("the lab's image registry", function () {
  this.timeout(PATIENCE_MS);
  let served: ServedApi;
  let ecr: ECRClient;
  let authorization: string;

  before(async () => {
    served = await serveApi(createWorld);
    ecr = new ECRClient(served.client);
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ""}`;
    assert.equal(authorizationData?.[0]?.proxyEndpoint, served.url);
  });
  after(() => served.close());

  let count = 0;
  async function newRepository(immutable = false): Promise<string> {
    const repositoryName = `pushed/nginx${String(++count)}`;
    const imageTagMutability = immutable ? "IMMUTABLE" : "MUTABLE";
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability }));
    return repositoryName;
  }

  function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization, ...(init.headers as Record<string, string> | undefined) };
    return fetch(new URL(path, served.url), { ...init, headers });
  }

  const codeOf = async (response: Response) => {
    const { errors } = (await response.json()) as { errors: { code: string }[] };
    return [response.status, errors[0]?.code];
  };

  async function begin(repository: string): Promise<string> {
    const begun = await ask(`/v2/${repository}/blobs/uploads/`, { method: "POST" });
    assert.equal(begun.status, 202);
    return begun.headers.get("location") ?? "";
  }

  /** Like `docker push`: the content in one PATCH, then a PUT without any. */
  async function pushBlob(repository: string, { bytes, digest }: Blob): Promise<Response> {
    const location = await begin(repository);
    const added = await ask(location, { method: "PATCH", body: new Uint8Array(bytes) });
    assert.equal(added.status, 202);
    assert.equal(added.headers.get("range"), `0-${String(bytes.length - 1)}`);
    return ask(`${location}?digest=${digest}`, { method: "PUT" });
  }

  const putManifest = (repository: string, reference: string, body: string, type = MANIFEST_TYPE) =>
    ask(`/v2/${repository}/manifests/${reference}`, {
      method: "PUT",
      body,
      headers: { "content-type": type },
    });

  /** Returns the answer to the PUT of the manifest. */
  async function pushImage(
    repository: string,
    tag: string,
    layers: readonly Blob[],
    config = configOf(),
  ): Promise<Response> {
    for (const blob of [...layers, config]) {
      assert.equal((await pushBlob(repository, blob)).status, 201);
    }
    return putManifest(repository, tag, manifestOf(config, layers));
  }

  const folderOf = (repository: string, tag: string) =>
    served.images(`123456789012.dkr.ecr.${REGION}.amazonaws.com/${repository}:${tag}`) ?? "";
  const pageOf = (repository: string, tag: string, page = "index.html") =>
    readFileSync(join(folderOf(repository, tag), "html", page), "utf8");

  it("accepts an image as docker push sends it, and returns it by tag and digest", async () => {
    const repository = await newRepository();
    const layers = [layerOf({ [`${NGINX}/index.html`]: "<h1>pushed</h1>" })];
    const text = manifestOf(configOf(), layers);
    const { digest } = blobOf(text);
    const put = await pushImage(repository, "1", layers);
    assert.deepEqual([put.status, put.headers.get("docker-content-digest")], [201, digest]);

    const got = await ask(`/v2/${repository}/manifests/1`);
    assert.equal(got.headers.get("content-type"), MANIFEST_TYPE);
    assert.equal(await got.text(), text);
    const head = await ask(`/v2/${repository}/manifests/${digest}`, { method: "HEAD" });
    assert.equal(head.headers.get("docker-content-digest"), digest);
    const tags = await ask(`/v2/${repository}/tags/list`);
    assert.deepEqual(await tags.json(), { name: repository, tags: ["1"] });
    const [layer] = layers;
    const blob = await ask(`/v2/${repository}/blobs/${layer?.digest ?? ""}`);
    assert.deepEqual(Buffer.from(await blob.arrayBuffer()), layer?.bytes);

    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName: repository }),
    );
    assert.equal(imageDetails?.[0]?.imageDigest, digest);
    assert.equal(imageDetails[0].imageSizeInBytes, layer?.bytes.length);
    assert.equal(pageOf(repository, "1"), "<h1>pushed</h1>");
  });

  it("accepts a blob in one request, or in parts that are in order", async () => {
    const repository = await newRepository();
    const { bytes, digest } = layerOf({ a: "1" });
    const uploads = `/v2/${repository}/blobs/uploads/`;
    const body = new Uint8Array(bytes);
    const atOnce = await ask(`${uploads}?digest=${digest}`, { method: "POST", body });
    assert.equal(atOnce.status, 201);

    const location = await begin(repository);
    const part = (from: number, to: number) =>
      ask(location, {
        method: "PATCH",
        body: body.slice(from, to + 1),
        headers: { "content-range": `${String(from)}-${String(to)}` },
      });
    assert.equal((await part(0, 9)).status, 202);
    assert.deepEqual(await codeOf(await part(5, 14)), [416, "BLOB_UPLOAD_INVALID"]);
    const status = await ask(location);
    assert.deepEqual([status.status, status.headers.get("range")], [204, "0-9"]);
    assert.equal((await ask(location, { method: "DELETE" })).status, 204);
    assert.deepEqual(await codeOf(await ask(location)), [404, "BLOB_UPLOAD_UNKNOWN"]);
  });

  it("refuses requests without a password, with a wrong one or with an expired one", async () => {
    const path = "/v2/";
    const status = async (header: string) =>
      (await ask(path, { headers: { authorization: header } })).status;
    const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
    const { password } = new RegistryAccess(KEY).password(new Date());
    assert.equal(await status(basic(`AWS:${password}`)), 200);
    assert.equal(await status(basic(`root:${password}`)), 401);
    assert.equal(await status(basic(`AWS:${password.replace(/.$/, "-")}`)), 401);
    const later = password.replace(/^\d+/, (end) => String(Number(end) + 1));
    assert.equal(await status(basic(`AWS:${later}`)), 401);
    const old = new RegistryAccess(KEY).password(new Date(Date.now() - 13 * 3_600_000)).password;
    assert.equal(await status(basic(`AWS:${old}`)), 401);
    const refused = await fetch(new URL(path, served.url));
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get("www-authenticate") ?? "", /^Basic realm="http:\/\/127\.0/);
  });

  it("refuses blobs that do not match their digest, and manifests whose layers are missing", async () => {
    const repository = await newRepository();
    const { bytes } = layerOf({ a: "1" });
    const wrong = { bytes, digest: blobOf("other").digest };
    assert.deepEqual(await codeOf(await pushBlob(repository, wrong)), [400, "DIGEST_INVALID"]);
    const missing = manifestOf(configOf(), [layerOf({ b: "2" })]);
    const put = await putManifest(repository, "1", missing);
    assert.deepEqual(await codeOf(put), [404, "MANIFEST_BLOB_UNKNOWN"]);
    const byDigest = await putManifest(repository, blobOf("other").digest, missing);
    assert.deepEqual(await codeOf(byDigest), [400, "DIGEST_INVALID"]);
    const noJson = await putManifest(repository, "1", "{");
    assert.deepEqual(await codeOf(noJson), [400, "MANIFEST_INVALID"]);
    const elsewhere = await putManifest("none", "1", missing);
    assert.deepEqual(await codeOf(elsewhere), [404, "NAME_UNKNOWN"]);
  });

  it("does not serve a damaged layer, says which file it is, and accepts the layer again", async () => {
    const name = await newRepository();
    const [layer, config] = [layerOf({ [`${NGINX}/index.html`]: "whole" }), configOf()];
    await pushImage(name, "1", [layer], config);
    const file = join(served.stateDir, "layers", layer.digest.replace("sha256:", ""));
    const bytes = readFileSync(file);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const address = `/v2/${name}/blobs/${layer.digest}`;
    const refused = await ask(address);
    assert.equal(refused.status, 404);
    const answer = await refused.text();
    assert.ok(answer.includes(file) && /is damaged.*Push the image again/.test(answer), answer);
    assert.equal((await ask(address, { method: "HEAD" })).status, 404);
    const asked = { repositoryName: name, layerDigests: [layer.digest] };
    const { layers } = await ecr.send(new BatchCheckLayerAvailabilityCommand(asked));
    assert.equal(layers?.[0]?.layerAvailability, "UNAVAILABLE");
    await assert.rejects(
      ecr.send(
        new GetDownloadUrlForLayerCommand({ repositoryName: name, layerDigest: layer.digest }),
      ),
      /is damaged/,
    );
    assert.deepEqual(await codeOf(await putManifest(name, "2", manifestOf(config, [layer]))), [
      404,
      "MANIFEST_BLOB_UNKNOWN",
    ]);
    assert.equal((await pushBlob(name, layer)).status, 201);
    assert.deepEqual(Buffer.from(await (await ask(address)).arrayBuffer()), layer.bytes);
    assert.equal((await putManifest(name, "2", manifestOf(config, [layer]))).status, 201);
  });

  it("does not serve one repository's layers from another", async () => {
    const [one, other] = [await newRepository(), await newRepository()];
    const layer = layerOf({ only: "here" });
    await pushBlob(one, layer);
    const head = (name: string) => ask(`/v2/${name}/blobs/${layer.digest}`, { method: "HEAD" });
    assert.equal((await head(one)).status, 200);
    assert.equal((await head(other)).status, 404);
  });

  it("does not move a tag of an immutable repository to another image", async () => {
    const repository = await newRepository(true);
    const first = [layerOf({ [`${NGINX}/index.html`]: "one" })];
    assert.equal((await pushImage(repository, "1", first)).status, 201);
    assert.equal((await pushImage(repository, "1", first)).status, 201);
    const second = await pushImage(repository, "1", [layerOf({ [`${NGINX}/index.html`]: "two" })]);
    assert.deepEqual(await codeOf(second), [400, "TAG_INVALID"]);
    assert.equal(pageOf(repository, "1"), "one");
  });

  it("merges layers into what a container would see: later ones replace and hide files, and empty folders", async () => {
    const repository = await newRepository();
    const layers = [
      layerOf({
        [`${NGINX}/index.html`]: "old",
        [`${NGINX}/gone.html`]: "gone",
        [`${NGINX}/kept.html`]: "kept",
        [`${NGINX}/emptied/a.html`]: "a",
        "etc/nginx/conf.d/default.conf": "server { listen 80; } # its own",
      }),
      layerOf({
        [`./${NGINX}/index.html`]: "new",
        [`${NGINX}/.wh.gone.html`]: "",
        [`${NGINX}/emptied/.wh..wh..opq`]: "",
        [`${NGINX}/emptied/b.html`]: "b",
        [`${NGINX}/link.html`]: { linkTo: "/etc/passwd" },
      }),
    ];
    await pushImage(repository, "1", layers);
    assert.equal(pageOf(repository, "1"), "new");
    assert.equal(pageOf(repository, "1", "kept.html"), "kept");
    assert.equal(pageOf(repository, "1", "emptied/b.html"), "b");
    for (const page of ["gone.html", "emptied/a.html", "link.html"]) {
      assert.ok(!existsSync(join(folderOf(repository, "1"), "html", page)), page);
    }
    const conf = readFileSync(join(folderOf(repository, "1"), "default.conf"), "utf8");
    assert.match(conf, /# its own/);
  });

  it("refuses an archive whose paths lead out of it, and anything that is not an archive", async () => {
    const repository = await newRepository();
    for (const layer of [
      layerOf({ [`${NGINX}/../../../../../out.html`]: "out" }),
      layerOf({ "/absolute": "out" }),
      blobOf("no archive"),
    ]) {
      const put = await pushImage(repository, "1", [layer]);
      assert.deepEqual(await codeOf(put), [400, "DIGEST_INVALID"]);
    }
    assert.throws(() => folderOf(repository, "1"), /not found/);
  });

  it("finds no pages in an image that starts another program", async () => {
    const repository = await newRepository();
    const layers = [layerOf({ [`${NGINX}/index.html`]: "nobody serves it" })];
    assert.equal((await pushImage(repository, "1", layers, configOf(["/app"]))).status, 201);
    assert.ok(!existsSync(join(folderOf(repository, "1"), "html")));
  });

  it("accepts a list of images for several platforms", async () => {
    const repository = await newRepository();
    const layers = [layerOf({ [`${NGINX}/index.html`]: "of a list" })];
    const text = manifestOf(configOf(), layers);
    const { digest, bytes } = blobOf(text);
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: INDEX_TYPE,
      manifests: [
        {
          mediaType: MANIFEST_TYPE,
          digest,
          size: bytes.length,
          platform: { os: "linux", architecture: "amd64" },
        },
      ],
    });
    const early = await putManifest(repository, "1", index, INDEX_TYPE);
    assert.deepEqual(await codeOf(early), [404, "MANIFEST_BLOB_UNKNOWN"]);
    assert.equal((await pushImage(repository, digest, layers)).status, 201);
    assert.equal((await putManifest(repository, "1", index, INDEX_TYPE)).status, 201);
    assert.equal(pageOf(repository, "1"), "of a list");
  });

  it("accepts an image through ECR's API, too", async () => {
    const repositoryName = await newRepository();
    const config = configOf();
    const layer = layerOf({ [`${NGINX}/index.html`]: "by the API" });
    const layerDigests = [layer.digest, config.digest, "sha256:short"];
    const check = new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests });
    const before = await ecr.send(check);
    assert.deepEqual(
      before.layers?.map(({ layerAvailability }) => layerAvailability),
      ["UNAVAILABLE", "UNAVAILABLE"],
    );
    assert.equal(before.failures?.[0]?.failureCode, "InvalidLayerDigest");
    for (const { bytes, digest } of [layer, config]) {
      const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
      const part = { repositoryName, uploadId, layerPartBlob: bytes };
      const last = { partFirstByte: 0, partLastByte: bytes.length - 1 };
      await assert.rejects(
        ecr.send(new UploadLayerPartCommand({ ...part, ...last, partFirstByte: 1 })),
        { name: "InvalidLayerPartException" },
      );
      const added = await ecr.send(new UploadLayerPartCommand({ ...part, ...last }));
      assert.equal(added.lastByteReceived, bytes.length - 1);
      const done = { repositoryName, uploadId, layerDigests: [digest] };
      await ecr.send(new CompleteLayerUploadCommand(done));
      await assert.rejects(ecr.send(new CompleteLayerUploadCommand(done)), {
        name: /LayerAlreadyExistsException|UploadNotFoundException/,
      });
    }
    const imageManifest = manifestOf(config, [layer]);
    const { image } = await ecr.send(
      new PutImageCommand({ repositoryName, imageManifest, imageTag: "1" }),
    );
    assert.equal(image?.imageId?.imageDigest, blobOf(imageManifest).digest);
    const got = await ecr.send(
      new BatchGetImageCommand({
        repositoryName,
        imageIds: [{ imageTag: "1" }, { imageTag: "none" }],
      }),
    );
    assert.equal(got.images?.[0]?.imageManifest, imageManifest);
    assert.equal(got.failures?.[0]?.failureCode, "ImageNotFound");
    const { downloadUrl = "" } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: layer.digest }),
    );
    const downloaded = await fetch(downloadUrl);
    assert.deepEqual(Buffer.from(await downloaded.arrayBuffer()), layer.bytes);
    const other = downloadUrl.replace(layer.digest, config.digest);
    assert.equal((await fetch(other)).status, 401);
    assert.equal(pageOf(repositoryName, "1"), "by the API");
  });
});
