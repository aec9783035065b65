/** Parts of an image reference such as `123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/web/nginx:1a2b3c4`. */
export interface ImageReference {
  /** Host of the registry; absent for Docker Hub's short names. */
  readonly registry?: string;
  /** E.g. `web/nginx`. */
  readonly name: string;
  /** Absent where a digest is given. `latest` where neither is. */
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
}

/** Takes a reference apart as Docker does: the first part is a registry if it looks like a host. */
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

/** A private registry of ECR, with the account and the region that its host names. */
export function parseEcrRegistry(
  registry: string | undefined,
): { accountId: string; region: string } | undefined {
  const match = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com$/.exec(registry ?? "");
  return match?.[1] !== undefined && match[2] !== undefined
    ? { accountId: match[1], region: match[2] }
    : undefined;
}
