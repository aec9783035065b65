/** Parts of an image reference such as `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/web/nginx:1a2b3c4`. */
export interface ImageReference {
  /** Host of the registry; absent for Docker Hub's short names. */
  readonly registry?: string;
  /** E.g. `web/nginx`. */
  readonly name: string;
  /** Absent if there is a digest. `latest` if there is neither. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

/** Parses a reference as Docker does: the first part is a registry if it looks like a host. */
export function parseReference(reference: string): ImageReference {
  const [beforeDigest = "", digest] = reference.split("@");
  const colon = beforeDigest.lastIndexOf(":");
  const hasTag = colon > beforeDigest.lastIndexOf("/");
  const path = hasTag ? beforeDigest.slice(0, colon) : beforeDigest;
  const [first = "", ...rest] = path.split("/");
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  return {
    ...(isHost ? { registry: first } : {}),
    name: isHost ? rest.join("/") : path,
    ...(digest === undefined
      ? { tag: hasTag ? beforeDigest.slice(colon + 1) : "latest" }
      : { digest }),
  };
}

/** Account and region of a private ECR registry, from its host name. */
export function parseEcrRegistry(
  registry: string | undefined,
): { accountId: string; region: string } | undefined {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(registry ?? "");
  return match?.[1] !== undefined && match[2] !== undefined
    ? { accountId: match[1], region: match[2] }
    : undefined;
}
