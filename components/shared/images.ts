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

/**
 * The command line that builds an image and pushes it.
 *
 * @param url of the repository, with no tag.
 * @param folder with the image's Dockerfile, from the program's folder.
 *
 * Source: the second tutorial, "ECRにログイン"; AWS CLI reference, `ecr get-login-password`.
 */
export function imagePushCommand(url: string, folder: string, region: string, tag: string): string {
  const [registry = ""] = url.split("/");
  return [
    `aws ecr get-login-password --region ${region} | docker login --username AWS --password-stdin ${registry}`,
    `docker build --platform linux/amd64 --tag ${url}:${tag} ${folder}`,
    `docker push ${url}:${tag}`,
  ].join(" && ");
}
