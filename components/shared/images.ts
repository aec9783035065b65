import { physicalName } from "./names";

/**
 * The physical name of an image repository: the stack is added to the namespace, so that the image keeps its own
 * name, e.g. `ecs-handson-dev/nginx`.
 *
 * @param name in two parts, `<namespace>/<image>`.
 */
export function imageRepositoryName(name: string, stack: string): string {
  const [namespace = "", image = ""] = name.split("/");
  return `${physicalName("repository", namespace, stack)}/${image}`;
}

/** Processors that images are built for, as Docker names them. */
export const imagePlatforms = { X86_64: "linux/amd64", ARM64: "linux/arm64" } as const;

/** An image to build and push. */
export interface PushedImage {
  /** The repository's URL, with no tag. */
  url: string;
  tag: string;
  /** Folder with the image's Dockerfile, from the program's folder. */
  folder: string;
  region: string;
  /** Processor of the tasks, on whichever machine the command runs. */
  cpuArchitecture: keyof typeof imagePlatforms;
}

/**
 * The command line that builds an image and pushes it.
 *
 * Source: the second tutorial, "ECRにログイン"; AWS CLI reference, `ecr get-login-password`.
 */
export function imagePushCommand({
  url,
  tag,
  folder,
  region,
  cpuArchitecture,
}: PushedImage): string {
  const [registry = ""] = url.split("/");
  return [
    `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry}`,
    `docker build --platform ${imagePlatforms[cpuArchitecture]} --tag ${url}:${tag} ${folder}`,
    `docker push ${url}:${tag}`,
  ].join(" && ");
}
