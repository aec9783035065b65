import type { ImageArgs } from "@pulumi/docker-build";
import { z } from "zod";

import { UNKNOWN } from "../../shared/unknown";
import { contextHash, isFile, isFolder, sha256 } from "../buildContext";
import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { resourceType, type AccountContext, type Properties } from "../resourceType";
import { hasUnknown } from "../schema";
import { REPOSITORY } from "./ecr/tokens";
import { flag, inputsOf, text, unsupported } from "./shared";

export const IMAGE = "docker-build:index:Image";

interface BuiltFrom {
  readonly buildArgs?: unknown;
  readonly contextHash?: string | undefined;
  readonly platforms?: unknown;
  readonly target?: unknown;
}

/** Registries without their passwords: each deployment logs in again, which does not count as a change. */
function addresses(registries: unknown): unknown {
  if (!Array.isArray(registries)) return registries;
  return registries.map((registry: unknown) => (registry as Properties | null)?.address);
}

/** Repository that a tag belongs to: `<registry>/<name>:<tag>` without the tag. */
function repositoryUrlOf(tag: string): string {
  return tag.replace(/:[^:/]*$/, "");
}

function locationOf(input: unknown): string | undefined {
  return (input as { readonly location?: string } | undefined)?.location;
}

function dockerfileOf({ context, dockerfile }: Properties): string {
  return locationOf(dockerfile) ?? `${locationOf(context) ?? "."}/Dockerfile`;
}

/** Outputs, with a digest of the build's inputs instead of its result. */
function outputsOf(tags: readonly string[], inputs: BuiltFrom) {
  const { buildArgs, contextHash: files, platforms, target } = inputs;
  const digest = `sha256:${sha256(JSON.stringify({ buildArgs, files, platforms, target }))}`;
  return { digest, ref: `${tags[0] ?? ""}@${digest}` };
}

/**
 * An image that @pulumi/docker-build builds and pushes to ECR.
 *
 * The account does not actually build or push anything, nor check the Dockerfile for errors. The digest is computed
 * from the build's inputs (files, Dockerfile, platform, arguments, target), so it changes exactly when one of them
 * does. Paths are relative to the working directory.
 *
 * Source: Pulumi registry, "docker-build.Image".
 */
const image = resourceType({
  token: IMAGE,
  inputs: inputsOf<ImageArgs & { contextHash?: string }>()({
    addHosts: unsupported,
    buildArgs: z.record(z.string(), z.string()).optional(),
    buildOnPreview: flag,
    builder: unsupported,
    cacheFrom: z
      .array(z.strictObject({ registry: z.strictObject({ ref: z.string() }) }))
      .optional(),
    cacheTo: z.array(z.strictObject({ inline: z.strictObject({}) })).optional(),
    context: z.strictObject({ location: z.string() }),
    contextHash: text,
    dockerfile: z.strictObject({ location: z.string().optional() }).optional(),
    exec: unsupported,
    exports: unsupported,
    labels: unsupported,
    load: unsupported,
    network: z.literal("default", { error: "must be default" }).optional(),
    noCache: unsupported,
    platforms: z
      .array(z.string().regex(/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/, "is not <os>/<processor>"))
      .optional(),
    pull: unsupported,
    push: z.literal(true, { error: "must be true: the offline account only keeps pushed images" }),
    registries: z
      .array(z.strictObject({ address: z.string(), password: text, username: text }))
      .optional(),
    secrets: unsupported,
    ssh: unsupported,
    tags: z
      .array(z.string().regex(/^[^:@]+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/, "is not <name>:<tag>"))
      .min(1),
    target: text,
  }),
  immutable: [],
  computed: ["contextHash", "digest", "ref"],
  meaning: { registries: addresses },
  rules: [
    {
      keys: ["context"],
      check: ({ context }) =>
        isFolder(locationOf(context) ?? "") ? undefined : "location is not a folder",
    },
    {
      keys: ["dockerfile", "context"],
      check: (inputs) => {
        const path = dockerfileOf(inputs);
        return isFile(path) ? undefined : `there is no Dockerfile at ${path}`;
      },
    },
  ],
  async observe(inputs) {
    const { context, dockerfile } = inputs;
    if (hasUnknown([context, dockerfile])) return { contextHash: UNKNOWN };
    return { contextHash: await contextHash(locationOf(context) ?? ".", dockerfileOf(inputs)) };
  },
  validate(context, { tags }) {
    for (const tag of tags) mustHaveRepository(context, tag);
  },
  create: (context, inputs) => ({
    id: context.hex("image", 64),
    outputs: outputsOf(inputs.tags, inputs),
  }),
  recomputed: () => ["digest", "ref"],
  update: (_context, inputs) => outputsOf(inputs.tags, inputs),
});

function mustHaveRepository(context: AccountContext, tag: string): void {
  const url = repositoryUrlOf(tag);
  const repositories = context.list(REPOSITORY);
  if (repositories.some(({ outputs }) => outputs.repositoryUrl === url)) return;
  throw new AwsError(
    "RepositoryNotFoundException",
    `The repository of the image ${tag} does not exist in the registry with id '${context.accountId}'`,
  );
}

/** Images pushed to the repository with that address. */
export function imagesOf(context: AccountContext, repositoryUrl: unknown): ResourceRecord[] {
  return context
    .list(IMAGE)
    .filter(({ inputs }) =>
      (inputs.tags as string[]).some((tag) => repositoryUrlOf(tag) === repositoryUrl),
    );
}

export const dockerBuildTypes = [image];
