import type * as pulumi from "@pulumi/pulumi";

/**
 * Which image a service starts from:
 * - `public`: a public image, for the first deployment, before anything has been pushed;
 * - `build`: the program builds it here and pushes it, which needs Docker;
 * - anything else: a tag that somebody, such as a pipeline, has pushed to the repository.
 */
export type ImageSource = "public" | "build" | (string & {});

/**
 * Says that a text is not an image source, or nothing if it is one.
 *
 * Source: OCI distribution specification, "Pulling manifests", the form of a tag.
 */
export function imageSourceProblem(source: string): string | undefined {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(source)
    ? undefined
    : `"${source}" is neither public nor build nor an image tag such as 1.4.2`;
}

/**
 * Reports that a text cannot name a container's image, or nothing if it can, or if it is an Output.
 *
 * @param key name of the argument.
 *
 * Source: Amazon ECS API reference, "ContainerDefinition", `image`.
 */
export function imageProblem(key: string, image: pulumi.Input<string>): string | undefined {
  return typeof image !== "string" || /^[\w.:/@#-]{1,255}$/.test(image)
    ? undefined
    : `${key} "${image}" must name an image such as public.ecr.aws/nginx/nginx:1.30`;
}
