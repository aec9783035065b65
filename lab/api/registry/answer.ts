import { createReadStream, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

import { damaged, type Registry } from "../../delivery/images/registry";
import type { Answering } from "../service";
import { RegistryAccess } from "./access";
import { RegistryError, toRegistryError } from "./errors";

/** OCI distribution specification: the manifest size that a registry must accept, in bytes. */
const LONGEST_MANIFEST = 4 * 1024 * 1024;

/** A parsed request to the registry. */
interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly registry: Registry;
  /** The repository's name. */
  readonly name: string;
  /** What follows the name: a digest, a tag or an upload's ID. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly host: string;
}

type Answer = (asked: Asked) => Promise<void> | void;

const ADDRESSES: readonly (readonly [RegExp, Readonly<Record<string, Answer>>])[] = [
  [/^\/v2\/(.+)\/blobs\/uploads\/?()$/, { POST: beginUpload }],
  [
    /^\/v2\/(.+)\/blobs\/uploads\/([\w-]+)$/,
    { PATCH: addToUpload, PUT: endUpload, GET: describeUpload, DELETE: cancelUpload },
  ],
  [/^\/v2\/(.+)\/blobs\/(sha256:[0-9a-f]{64})$/, { GET: sendBlob, HEAD: sendBlob }],
  [
    /^\/v2\/(.+)\/manifests\/([\w.:-]+)$/,
    { GET: sendManifest, HEAD: sendManifest, PUT: takeManifest },
  ],
  [/^\/v2\/(.+)\/tags\/list()$/, { GET: listTags }],
];

/**
 * Answers a registry client, such as `docker push`, with a password from GetAuthorizationToken.
 *
 * Source: OCI distribution specification, "Endpoints" and "Error Codes".
 */
export async function answerRegistry(
  request: IncomingMessage,
  response: ServerResponse,
  answering: Answering,
): Promise<void> {
  response.setHeader("docker-distribution-api-version", "registry/2.0");
  try {
    await answer(request, response, answering);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const { status, code, message } = toRegistryError(error);
    // The rest of an unread body must not be taken for the next request.
    if (!request.complete) response.setHeader("connection", "close");
    send(response, status, {}, JSON.stringify({ errors: [{ code, message }] }));
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { endpoint, key, now = () => new Date(), targets: { registry } }: Answering,
): Promise<void> {
  const { pathname, searchParams: query } = new URL(request.url ?? "", endpoint);
  const { method = "" } = request;
  const access = new RegistryAccess(key);
  const isAllowed =
    access.allows(request.headers.authorization, now()) ||
    (method === "GET" && access.allowsQuery(pathname, query, now()));
  if (!isAllowed) {
    response.setHeader(
      "www-authenticate",
      `Basic realm="${endpoint}/",service="ecr.amazonaws.com"`,
    );
    throw new RegistryError(
      401,
      "UNAUTHORIZED",
      "Your authorization token has expired or is not this lab's: aws ecr get-login-password",
    );
  }
  if (/^\/v2\/?$/.test(pathname)) {
    send(response, 200, {}, "{}");
    return;
  }
  for (const [pattern, answers] of ADDRESSES) {
    const [, name, rest = ""] = pattern.exec(pathname) ?? [];
    if (name === undefined) continue;
    const own = answers[method];
    if (own === undefined) break;
    registry.mustHaveRepository(name);
    const host = new URL(endpoint).host;
    await own({ request, response, registry, name, rest, query, host });
    return;
  }
  throw new RegistryError(
    405,
    "UNSUPPORTED",
    `The lab's registry does not support ${method} ${pathname}.`,
  );
}

async function beginUpload(asked: Asked): Promise<void> {
  const { name, query, registry } = asked;
  const id = registry.layers.begin(name);
  // Layers of other repositories are not mounted; the client then uploads them, as the specification allows.
  if (query.has("digest")) await endUpload({ ...asked, rest: id });
  else tell({ ...asked, rest: id }, 202, 0);
}

async function addToUpload(asked: Asked): Promise<void> {
  const { name, registry, request, rest: id } = asked;
  const [, from] = /^(\d+)-\d+$/.exec(request.headers["content-range"] ?? "") ?? [];
  const before = registry.layers.sizeOf(name, id);
  if (from !== undefined && Number(from) !== before) {
    throw new RegistryError(416, "BLOB_UPLOAD_INVALID", `The upload continues at ${before}.`);
  }
  tell(asked, 202, await registry.layers.append(name, id, request));
}

async function endUpload(asked: Asked): Promise<void> {
  const { name, query, registry, request, response, rest: id } = asked;
  const digest = query.get("digest") ?? "";
  await registry.layers.append(name, id, request);
  await registry.layers.complete(name, id, digest);
  const location = `/v2/${name}/blobs/${digest}`;
  send(response, 201, { location, "docker-content-digest": digest });
}

function describeUpload(asked: Asked): void {
  const { name, registry, rest: id } = asked;
  tell(asked, 204, registry.layers.sizeOf(name, id));
}

function cancelUpload({ name, registry, response, rest: id }: Asked): void {
  registry.layers.cancel(name, id);
  send(response, 204, {});
}

function tell({ name, response, rest: id }: Asked, status: number, size: number): void {
  send(response, status, {
    location: `/v2/${name}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, size - 1)}`,
    "docker-upload-uuid": id,
  });
}

async function sendBlob({ name, registry, request, response, rest: digest }: Asked): Promise<void> {
  const layer = await registry.layerOf(name, digest);
  // A damaged layer is reported as missing, so that a client pushes it again, which repairs it.
  if (!layer?.isWhole) {
    const why = layer === undefined ? `'${name}' has no blob ${digest}.` : damaged(layer);
    throw new RegistryError(404, "BLOB_UNKNOWN", why);
  }
  const { file } = layer;
  response.writeHead(200, {
    "content-type": "application/octet-stream",
    "content-length": statSync(file).size,
    "docker-content-digest": digest,
  });
  if (request.method === "HEAD") response.end();
  else await pipeline(createReadStream(file), response);
}

function sendManifest({ name, registry, request, response, rest: reference }: Asked): void {
  const image = registry.find(name, reference);
  if (image === undefined) {
    throw new RegistryError(404, "MANIFEST_UNKNOWN", "Requested image not found");
  }
  const { digest, manifest, mediaType } = image.inputs;
  if (typeof manifest !== "string") {
    throw new RegistryError(
      404,
      "MANIFEST_UNKNOWN",
      "The image is from a build in the lab, which creates no layers that could be pulled.",
    );
  }
  const headers = { "content-type": String(mediaType), "docker-content-digest": String(digest) };
  const length = { "content-length": String(Buffer.byteLength(manifest)) };
  send(response, 200, { ...headers, ...length }, request.method === "HEAD" ? "" : manifest);
}

async function takeManifest(asked: Asked): Promise<void> {
  const { host, name: repository, registry, request, response, rest } = asked;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > LONGEST_MANIFEST) {
      throw new RegistryError(413, "SIZE_INVALID", "A manifest may have at most 4 MiB.");
    }
    parts.push(part);
  }
  const digest = await registry.put({
    repository,
    manifest: Buffer.concat(parts).toString(),
    mediaType: request.headers["content-type"],
    ...(rest.startsWith("sha256:") ? { digest: rest } : { tag: rest }),
    host,
  });
  const location = `/v2/${repository}/manifests/${digest}`;
  send(response, 201, { location, "docker-content-digest": digest });
}

function listTags({ name, registry, response }: Asked): void {
  send(response, 200, {}, JSON.stringify({ name, tags: registry.tags(name) }));
}

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body = "",
): void {
  const type: Record<string, string> = body === "" ? {} : { "content-type": "application/json" };
  response.writeHead(status, { ...type, ...headers }).end(body);
}
