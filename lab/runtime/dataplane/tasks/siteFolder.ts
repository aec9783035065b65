import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DeployedImages } from "./deployedImages";
import { TaskStartError, type ContainerSpec, type RunningContainer } from "./runtime";
import { isHostNetwork } from "./taskProcess";

/**
 * The pages of a container as its revision was deployed.
 * @throws {TaskStartError} as {@link siteFolder}
 */
export async function deployedSite(
  spec: ContainerSpec,
  images: (image: string) => string | undefined,
  deployed: DeployedImages,
): Promise<SiteFolder> {
  const { html } = siteFolder(spec.image, images); // errors name the original folder, which people know
  const folder = await deployed.folder(dirname(html), spec);
  return siteFolder(spec.image, () => folder);
}

/** An image's folder that can be served without a container engine. */
export interface SiteFolder {
  /** The pages, absolute. */
  readonly html: string;
  /** File with the image's nginx `server` block(s), absolute. */
  readonly conf: string;
}

/**
 * Finds the folder that the host runtimes serve for `image`.
 * @throws {TaskStartError} `CannotPullContainerError: …` if the image has no folder, or the folder is not a static
 * site, with the remedy
 */
export function siteFolder(
  image: string,
  images: (image: string) => string | undefined,
): SiteFolder {
  const folder = images(image);
  if (folder === undefined) {
    throw new TaskStartError(
      `CannotPullContainerError: no folder of this project stands for the image ${image}, and without ` +
        "Docker the lab cannot pull it. Use the nginx image, or start Docker and run again.",
    );
  }
  const site = { html: join(folder, "html"), conf: join(folder, "default.conf") };
  const missing = Object.values(site).filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new TaskStartError(
      `CannotPullContainerError: ${image} stands for ${folder}, which lacks ${missing.join(" and ")}. ` +
        "Only Docker can run an image that is neither a static site nor a Node program: start Docker " +
        "and run again.",
    );
  }
  return site;
}

/**
 * Starts a site's server on its port of the task's network, which the server itself does not know of.
 * @throws {TaskStartError} in nginx's words if another container of the task has that port
 */
export async function startSite(
  { containerPort, name = "", network }: ContainerSpec,
  start: () => Promise<RunningContainer>,
): Promise<RunningContainer> {
  if (!isHostNetwork(network)) return start();
  if (!network.claim(containerPort, name)) {
    throw new TaskStartError(
      `CannotStartContainerError: bind() to 0.0.0.0:${containerPort} failed (98: Address already in use): ` +
        "another container of the task listens there.",
    );
  }
  const site = await start();
  network.set(containerPort, name, Number(site.address.split(":")[1]));
  return site;
}
