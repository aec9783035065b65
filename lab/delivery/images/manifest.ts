import { z } from "zod";

import { AwsError } from "../../account/errors";

const descriptor = z.object({
  mediaType: z.string().optional(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.int().min(0),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
});

const imageManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor).max(128),
});

const imageIndex = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptor).max(128),
});

/** A manifest's reference to a blob or, in an index, to another manifest. */
export type Descriptor = z.infer<typeof descriptor>;

/** An image, or a list of images for several platforms. */
export type Manifest =
  | {
      readonly kind: "image";
      readonly mediaType: string;
      readonly config: Descriptor;
      readonly layers: readonly Descriptor[];
    }
  | {
      readonly kind: "index";
      readonly mediaType: string;
      readonly manifests: readonly Descriptor[];
    };

/** Media types of manifests that ECR accepts, with their kinds. */
const KINDS: Readonly<Record<string, Manifest["kind"]>> = {
  "application/vnd.oci.image.manifest.v1+json": "image",
  "application/vnd.docker.distribution.manifest.v2+json": "image",
  "application/vnd.oci.image.index.v1+json": "index",
  "application/vnd.docker.distribution.manifest.list.v2+json": "index",
};

/**
 * Reads a manifest.
 *
 * Source: OCI image specification, "Image Manifest" and "Image Index"; Amazon ECR User Guide, "Container image manifest
 * format support".
 *
 * @param mediaType from the request, for a manifest without a media type
 * @throws AwsError `InvalidParameterException`
 */
export function parseManifest(text: string, mediaType: string | undefined): Manifest {
  const json = parseJson(text) as { mediaType?: unknown } | undefined;
  const own = typeof json?.mediaType === "string" ? json.mediaType : mediaType;
  const kind = own === undefined ? undefined : KINDS[own];
  if (own === undefined || kind === undefined) {
    throw invalid(`its media type ${own ?? ""} is none of ${Object.keys(KINDS).join(", ")}`);
  }
  if (mediaType !== undefined && mediaType !== own) {
    throw invalid(`its media type is ${own}, but the request's is ${mediaType}`);
  }
  if (kind === "image") {
    const { config, layers } = checked(imageManifest, json);
    return { kind, mediaType: own, config, layers };
  }
  return { kind, mediaType: own, manifests: checked(imageIndex, json).manifests };
}

/** Digests that a manifest refers to: of blobs, or of other manifests. */
export function digestsIn(manifest: Manifest): string[] {
  const parts =
    manifest.kind === "image" ? [manifest.config, ...manifest.layers] : manifest.manifests;
  return parts.map(({ digest }) => digest);
}

function checked<T extends z.ZodType>(schema: T, json: unknown): z.output<T> {
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw invalid(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid("it is not JSON");
  }
}

function invalid(why: string): AwsError {
  return new AwsError(
    "InvalidParameterException",
    `Invalid parameter at 'ImageManifest' is not a manifest that ECR accepts: ${why}`,
  );
}
