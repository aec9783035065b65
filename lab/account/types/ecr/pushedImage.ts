import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import { type AccountContext, resourceType } from "../../resourceType";
import { isImmutableTag } from "./imageTags";
import { mustHaveRepository } from "./lookups";
import { PUSHED_IMAGE } from "./tokens";

/**
 * An image of an ECR repository that was pushed, and that no stack declares. The record describes it; its files are in
 * the lab's state folder.
 */
export const pushedImage = resourceType({
  token: PUSHED_IMAGE,
  inputs: z.strictObject({
    /** Name of the repository. */
    repository: z.string(),
    /** `sha256:` and 64 hexadecimal digits. */
    digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
    tags: z.array(z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/)),
    /** ISO 8601. */
    pushedAt: z.string(),
    /** The manifest that a registry client pushed; absent for an image from a build. */
    manifest: z.string().optional(),
    /** The manifest's media type. */
    mediaType: z.string().optional(),
    /** Size of its compressed layers, in bytes. */
    size: z.int().min(0).optional(),
  }),
  immutable: ["repository", "digest"],
  computed: [],
  validate(context, { digest, repository: name, tags }) {
    const { inputs } = mustHaveRepository(context, name);
    for (const one of imagesIn(context, name)) {
      const taken = (one.inputs.tags as string[]).find((tag) => tags.includes(tag));
      if (one.inputs.digest === digest || taken === undefined) continue;
      if (!isImmutableTag(inputs, taken)) continue;
      throw new AwsError(
        "ImageTagAlreadyExistsException",
        `The image tag '${taken}' already exists in the '${name}' repository and cannot be ` +
          "overwritten because the tag is immutable.",
      );
    }
  },
  create: (_context, { digest, repository }) => ({ id: `${repository}@${digest}`, outputs: {} }),
});

/** Images that were pushed to the repository with that name. */
function imagesIn(context: AccountContext, name: string): ResourceRecord[] {
  return context.list(PUSHED_IMAGE).filter(({ inputs }) => inputs.repository === name);
}
