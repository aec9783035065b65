import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

import { Header } from "tar";

/** A file of a layer: its content, or the target of a symbolic link. */
export type LayerFile = string | { readonly linkTo: string };

/** Bytes that are pushed, and their digest. */
export interface Blob {
  readonly bytes: Buffer;
  readonly digest: string;
}

export function blobOf(bytes: Buffer | string): Blob {
  const buffer = Buffer.from(bytes);
  return { bytes: buffer, digest: `sha256:${createHash("sha256").update(buffer).digest("hex")}` };
}

/** A layer with these files, compressed as `docker push` does. */
export function layerOf(files: Readonly<Record<string, LayerFile>>): Blob {
  const blocks = Object.entries(files).flatMap(([path, file]) => {
    const content = Buffer.from(typeof file === "string" ? file : "");
    const header = new Header({
      path,
      mode: 0o644,
      size: content.length,
      mtime: new Date(0),
      ...(typeof file === "string"
        ? { type: "File" }
        : { type: "SymbolicLink", linkpath: file.linkTo }),
    });
    header.encode();
    const rest = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [header.block ?? Buffer.alloc(0), content, rest];
  });
  return blobOf(gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])));
}

export const MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";

/** Configuration of an image, by default with the command of nginx's own. */
export function configOf(command: readonly string[] = ["nginx", "-g", "daemon off;"]): Blob {
  const platform = { architecture: "amd64", os: "linux" };
  return blobOf(JSON.stringify({ ...platform, config: { Cmd: command } }));
}

/** The manifest of an image of these layers, the lowest first. */
export function manifestOf(config: Blob, layers: readonly Blob[]): string {
  const describe = ({ bytes, digest }: Blob, mediaType: string) => ({
    mediaType,
    digest,
    size: bytes.length,
  });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: describe(config, "application/vnd.oci.image.config.v1+json"),
    layers: layers.map((one) => describe(one, "application/vnd.oci.image.layer.v1.tar+gzip")),
  });
}
