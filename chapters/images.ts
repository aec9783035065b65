import * as pulumi from "@pulumi/pulumi";

import type { ImageRepository } from "../components";
import {
  imagePushCommand,
  imageRepositoryName,
  type PushedImage,
} from "../components/shared/images";
import type { Shared } from "./shared";
import type { RepositoryImages } from "./standing";

/** A service whose image comes from one of the stack's repositories. */
export interface OwnImage {
  /** Name of the repository, to which the stack is added. */
  repository: string;
  /** Folder with the image's Dockerfile. */
  folder: string;
  /** Base names of the service and its cluster, and the name of its container. */
  cluster: string;
  service: string;
  container: string;
  /** Processor that the image is built for. */
  cpuArchitecture: PushedImage["cpuArchitecture"];
  /** Number of tasks that the service should have; undefined if the number of instances decides. */
  desiredCount: number | undefined;
  /** What to set until the image exists, so that an update creates the repository. */
  until: string;
}

/**
 * The image of a service that shows the tutorial's page, and its repository, if it belongs to the stack.
 *
 * @throws pulumi.RunError if the setting `nginxImage` names a tag that nobody has pushed.
 */
export async function nginxImage(
  shared: Shared,
  service: Pick<OwnImage, "cluster" | "service" | "cpuArchitecture" | "desiredCount">,
): Promise<{ image: pulumi.Input<string>; repository?: ImageRepository }> {
  const { chapters, image, nginxImage: source } = shared.settings;
  if (source === "public") return { image };
  const isThereAnyway = chapters.some((chapter) => chapter === "ec2" || chapter === "cicd");
  await refuseMissingImages(shared, "nginxImage", source, [
    {
      ...service,
      repository: "ecs-handson/nginx",
      folder: "nginx",
      container: "nginx",
      until: isThereAnyway ? "nginxImage=public" : "nginxImage=build, or with desiredCount 0",
    },
  ]);
  const repository = shared.repository();
  const { cpuArchitecture } = service;
  return { image: repository.image({ source, context: "./nginx", cpuArchitecture }), repository };
}

/**
 * Refuses an image that nobody has pushed: no task could start from it, and the update would fail after many minutes,
 * when ECS gives up. Accepts it if the service has no tasks, or already runs the image.
 *
 * @param setting that names the image.
 * @param source its value: `public`, `build` or a tag.
 * @throws pulumi.RunError naming each image, and the command that pushes it.
 */
export async function refuseMissingImages(
  shared: Pick<Shared, "settings" | "standing">,
  setting: "microservicesImage" | "nginxImage",
  source: string,
  images: readonly OwnImage[],
): Promise<void> {
  if (source === "public" || source === "build") return;
  const problems = await Promise.all(
    images.map((image) => missingImage(shared, `${setting} ${source}`, source, image)),
  );
  const refused = problems.filter((problem) => problem !== undefined);
  if (refused.length === 0) return;
  throw new pulumi.RunError(
    `no task could start from an image that does not exist:\n${refused.map((text) => `  - ${text}`).join("\n")}`,
  );
}

async function missingImage(
  { settings, standing }: Pick<Shared, "settings" | "standing">,
  wanted: string,
  tag: string,
  image: OwnImage,
): Promise<string | undefined> {
  const repository = imageRepositoryName(image.repository, pulumi.getStack());
  const [there, service] = await Promise.all([
    standing.images(repository),
    standing.serviceOf(image.cluster, image.service),
  ]);
  if (!there || there.tags.includes(tag) || image.desiredCount === 0) return undefined;
  const runs = service && (await standing.imageOf(service, image.container));
  if (runs?.endsWith(`/${repository}:${tag}`)) return undefined;
  if (!there.registryId) {
    return (
      `${wanted}: the repository ${repository} does not exist yet; ` +
      `first update with ${image.until}, then push the image by the command in the outputs`
    );
  }
  const { region } = settings;
  const url = `${there.registryId}.dkr.ecr.${region}.amazonaws.com/${repository}`;
  const push = imagePushCommand({ ...image, url, tag, region });
  return `${wanted}: the repository ${repository} has no image with this tag${others(there)}; first push it: ${push}`;
}

const others = ({ tags }: RepositoryImages) =>
  tags.length > 0 ? ` (it has ${tags.join(", ")})` : "";
