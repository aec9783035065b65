import { z } from "zod";

import { AwsError } from "../account/errors";
import { IMAGE } from "../account/types/dockerBuild";
import { PUSHED_IMAGE, REPOSITORY } from "../account/types/ecr/tokens";
import { declare, type InvokeContext, region } from "./invokeTypes";

/**
 * `aws.ecr.getImages`: the images of a repository, both pushed ones and those that stacks build.
 *
 * Source: terraform-provider-aws, internal/service/ecr/images_data_source.go.
 */
export const getImages = declare(
  z.strictObject({ region, registryId: z.string().optional(), repositoryName: z.string() }),
  (context, { repositoryName, registryId = context.account.accountId }) => {
    if (context.account.get(REPOSITORY, repositoryName) === undefined) {
      throw new AwsError(
        "RepositoryNotFoundException",
        `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`,
      );
    }
    const imageIds = [...pushed(context, repositoryName), ...built(context, repositoryName)];
    return { imageIds, region: context.region, registryId, repositoryName };
  },
);

interface ImageId {
  imageDigest: string;
  imageTag: string;
}

function pushed({ account }: InvokeContext, repository: string): ImageId[] {
  return account
    .list(PUSHED_IMAGE)
    .filter(({ inputs }) => inputs.repository === repository)
    .flatMap(({ inputs }) =>
      (inputs.tags as string[]).map((imageTag) => ({
        imageDigest: String(inputs.digest),
        imageTag,
      })),
    );
}

function built({ account }: InvokeContext, repository: string): ImageId[] {
  return account.list(IMAGE).flatMap(({ inputs, outputs }) =>
    (inputs.tags as string[])
      .filter((reference) => reference.includes(`/${repository}:`))
      .map((reference) => ({
        imageDigest: String(outputs.digest),
        imageTag: reference.split(":").at(-1) ?? "",
      })),
  );
}
