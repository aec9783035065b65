// Stands in for `docker` where no Docker engine is running, as far as the documentation's commands need it: `login`, `build`
// with the files that a Dockerfile copies, and `push` with the OCI distribution protocol.
/* global fetch, URL */
const { createHash } = require("node:crypto");
const {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} = require("node:fs");
const path = require("node:path");
const { gzipSync } = require("node:zlib");

const { Header } = require("tar");

const folder = path.join(process.env.HOME, ".docker-of-the-test");
const fileOf = (name) => path.join(folder, encodeURIComponent(name));
const [command, ...args] = process.argv.slice(2);
const option = (name) => args[args.indexOf(name) + 1];

const digestOf = (bytes) => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

function filesUnder(source, target) {
  if (!statSync(source).isDirectory()) {
    return [[target.endsWith("/") ? path.basename(source) : "", source]];
  }
  return readdirSync(source, { recursive: true })
    .filter((name) => statSync(path.join(source, name)).isFile())
    .map((name) => [name, path.join(source, name)]);
}

function layerOf(source, target, workDir) {
  const blocks = filesUnder(source, target).flatMap(([name, file]) => {
    const content = readFileSync(file);
    const inImage = path.posix.resolve(workDir, target, name).slice(1);
    const header = new Header({ path: inImage, mode: 0o644, size: content.length, type: "File" });
    header.encode();
    return [header.block, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

function build() {
  const context = args.at(-1);
  const dockerfile = readFileSync(path.join(context, "Dockerfile"), "utf8");
  const [, workDir = "/"] = /^WORKDIR (\S+)$/m.exec(dockerfile) ?? [];
  const layers = [...dockerfile.matchAll(/^COPY (\S+) (\S+)$/gm)].map(([, source, target]) =>
    layerOf(path.join(context, source), target, workDir),
  );
  const config = {
    architecture: "amd64",
    os: "linux",
    config: { Cmd: ["nginx", "-g", "daemon off;"] },
  };
  const blobs = [...layers, Buffer.from(JSON.stringify(config))].map((one) =>
    one.toString("base64"),
  );
  writeFileSync(fileOf(option("--tag")), JSON.stringify(blobs));
}

async function ask(host, url, init) {
  const password = readFileSync(fileOf(`password of ${host}`), "utf8").trim();
  const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString("base64")}`;
  const headers = { authorization, ...init.headers };
  const response = await fetch(new URL(url, `http://${host}`), { ...init, headers });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

async function push() {
  const reference = args.at(-1);
  const [, host, name, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(reference);
  const blobs = JSON.parse(readFileSync(fileOf(reference), "utf8")).map((one) =>
    Buffer.from(one, "base64"),
  );
  for (const body of blobs) {
    const begun = await ask(host, `/v2/${name}/blobs/uploads/`, { method: "POST" });
    const location = begun.headers.get("location");
    await ask(host, location, { method: "PATCH", body });
    await ask(host, `${location}?digest=${digestOf(body)}`, { method: "PUT" });
  }
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const describe = (bytes, mediaType) => ({
    mediaType,
    size: bytes.length,
    digest: digestOf(bytes),
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: type,
    config: describe(blobs.at(-1), "application/vnd.docker.container.image.v1+json"),
    layers: blobs
      .slice(0, -1)
      .map((one) => describe(one, "application/vnd.docker.image.rootfs.diff.tar.gzip")),
  };
  const body = JSON.stringify(manifest);
  await ask(host, `/v2/${name}/manifests/${tag}`, {
    method: "PUT",
    body,
    headers: { "content-type": type },
  });
  console.log(`${tag}: digest: ${digestOf(Buffer.from(body))}`);
}

async function login() {
  const host = args.at(-1);
  writeFileSync(fileOf(`password of ${host}`), readFileSync(0, "utf8"));
  await ask(host, "/v2/", {});
  console.log("Login Succeeded");
}

if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
const run = { build, login, push }[command];
Promise.resolve(run()).catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
