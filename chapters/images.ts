import * as pulumi from "@pulumi/pulumi";

import type { ImageRepository } from "../components";
import type { Shared } from "./shared";

/**
 * Says in a preview that the image which a setting asks for is not in its repository: no task can start until somebody
 * has pushed it, and the update fails when ECS gives up.
 */
export function warnOfMissingImage(
  { standing }: Pick<Shared, "standing">,
  repository: ImageRepository,
  setting: "microservicesImage" | "nginxImage",
  source: string,
): void {
  if (!pulumi.runtime.isDryRun() || source === "public" || source === "build") return;
  repository.repositoryName.apply(async (name) => {
    const tags = await standing.imageTags(name);
    if (tags === undefined || tags.includes(source)) return;
    await pulumi.log.warn(
      `${setting} ${source}: the repository ${name} has no image with this tag` +
        `${tags.length === 0 ? "" : ` (it has ${tags.join(", ")})`}; no task can start until it is pushed`,
    );
  });
}
