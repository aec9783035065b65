import type {
  BatchGetImageRequest,
  CreateRepositoryRequest,
  DeleteRepositoryRequest,
  DescribeImagesRequest,
  DescribeRepositoriesRequest,
  ImageIdentifier,
  ListImagesRequest,
  PutImageRequest,
} from "@aws-sdk/client-ecr";

import type { ResourceRecord } from "../../../account/record";
import { PUSHED_IMAGE, REPOSITORY } from "../../../account/types/ecr/tokens";
import { ApiError } from "../../apiError";
import { clients } from "../../clients";
import { pagesBy } from "../../paging";
import { createRecord, defined, recordsOf, refuseOthers, tagMap } from "../../records";
import type { Api, ApiService, Operation } from "../../service";
import { layerOperations } from "./layers";

const INVALID = "InvalidParameterException";
const MOST_LISTED = 1000;

const page = pagesBy({
  size: "maxResults",
  token: "nextToken",
  most: MOST_LISTED,
  invalidCode: INVALID,
});

const operations: Record<string, Operation> = {
  DescribeRepositories: (input: DescribeRepositoriesRequest, api: Api) => {
    const { repositoryNames: names } = input;
    const found =
      names === undefined
        ? recordsOf(api, REPOSITORY)
        : names.map((name) => mustHaveRepository(api, name));
    const { items, next } = page(found, input);
    return { repositories: items.map(describeRepository), ...next };
  },

  CreateRepository: async (input: CreateRepositoryRequest, api: Api) => {
    const known = ["repositoryName", "tags", "imageTagMutability", "imageScanningConfiguration"];
    refuseOthers("CreateRepository", input, known, INVALID);
    const { repositoryName: name, tags, imageTagMutability, imageScanningConfiguration } = input;
    const scanning = imageScanningConfiguration && {
      scanOnPush: imageScanningConfiguration.scanOnPush ?? false,
    };
    const record = await createRecord(
      api,
      REPOSITORY,
      { name, tags: tagMap(tags), imageTagMutability, imageScanningConfiguration: scanning },
      INVALID,
    );
    return { repository: describeRepository(record) };
  },

  DeleteRepository: async ({ repositoryName, force }: DeleteRepositoryRequest, api: Api) => {
    const record = mustHaveRepository(api, repositoryName);
    if (force === true) await api.account.modify(REPOSITORY, record.id, { forceDelete: true });
    await api.account.delete(REPOSITORY, record.id);
    return { repository: describeRepository(record) };
  },

  ListImages: (input: ListImagesRequest, api: Api) => {
    const repository = mustHaveRepository(api, input.repositoryName);
    const { tagStatus } = input.filter ?? {};
    const ids = imagesOf(api, repository)
      .filter((image) => hasStatus(image, tagStatus))
      .flatMap(({ inputs }) => {
        const tags = inputs.tags as string[];
        const imageDigest = String(inputs.digest);
        return tags.length === 0
          ? [{ imageDigest }]
          : tags.map((imageTag) => ({ imageDigest, imageTag }));
      });
    const { items, next } = page(ids, input);
    return { imageIds: items, ...next };
  },

  DescribeImages: (input: DescribeImagesRequest, api: Api) => {
    const repository = mustHaveRepository(api, input.repositoryName);
    const images = imagesOf(api, repository);
    const found =
      input.imageIds === undefined
        ? images.filter((image) => hasStatus(image, input.filter?.tagStatus))
        : input.imageIds.map((id) => mustHaveImage(api, repository, images, id));
    const { items, next } = page(found, input);
    return {
      imageDetails: items.map(({ inputs }) => ({
        registryId: api.account.accountId,
        repositoryName: repository.id,
        imageDigest: inputs.digest,
        imageTags: inputs.tags,
        imagePushedAt: new Date(String(inputs.pushedAt)),
        ...defined({ imageManifestMediaType: inputs.mediaType, imageSizeInBytes: inputs.size }),
      })),
      ...next,
    };
  },

  BatchGetImage: (input: BatchGetImageRequest, api: Api) => {
    const repository = mustHaveRepository(api, input.repositoryName);
    const found = (input.imageIds ?? []).map((id) => ({
      id,
      image: findImage(imagesOf(api, repository), id),
    }));
    return {
      images: found.flatMap(({ id, image }) =>
        image?.inputs.manifest === undefined ? [] : [describeImage(api, image, id.imageTag)],
      ),
      failures: found.flatMap(({ id, image }) =>
        image?.inputs.manifest === undefined ? [failureOf(id, image)] : [],
      ),
    };
  },

  PutImage: async (input: PutImageRequest, api: Api) => {
    const { repositoryName, imageManifest = "", imageTag } = input;
    const repository = mustHaveRepository(api, repositoryName);
    const digest = await api.registry.put({
      repository: repository.id,
      manifest: imageManifest,
      mediaType: input.imageManifestMediaType,
      tag: imageTag,
      digest: input.imageDigest,
      host: new URL(api.endpoint).host,
    });
    const image = findImage(imagesOf(api, repository), { imageDigest: digest });
    return { image: image && describeImage(api, image, imageTag) };
  },

  GetAuthorizationToken: (_input: object, { access, endpoint }: Api) => {
    const { password, expiresAt } = access.password(new Date());
    const authorizationToken = Buffer.from(`AWS:${password}`).toString("base64");
    // Where images are pushed to; on AWS, this is the host in the repositories' URIs.
    return { authorizationData: [{ authorizationToken, expiresAt, proxyEndpoint: endpoint }] };
  },

  ...layerOperations,
};

export const ecr: ApiService = {
  title: "Amazon ECR",
  signingName: "ecr",
  protocol: "json",
  target: "AmazonEC2ContainerRegistry_V20150921",
  invalidCode: INVALID,
  model: clients.ecr,
  operations,
};

function describeRepository(record: ResourceRecord): object {
  const { outputs } = record;
  return defined({
    repositoryArn: outputs.arn,
    registryId: outputs.registryId,
    repositoryName: outputs.name,
    repositoryUri: outputs.repositoryUrl,
    imageTagMutability: outputs.imageTagMutability,
    imageScanningConfiguration: outputs.imageScanningConfiguration ?? { scanOnPush: false },
    encryptionConfiguration: { encryptionType: "AES256" },
  });
}

function mustHaveRepository(api: Api, name = ""): ResourceRecord {
  const found = recordsOf(api, REPOSITORY).find(({ id }) => id === name);
  if (found !== undefined) return found;
  throw new ApiError(
    "RepositoryNotFoundException",
    `The repository with name '${name}' does not exist ${inRegistry(api)}`,
  );
}

const inRegistry = ({ account }: Api) => `in the registry with id '${account.accountId}'`;

const imagesOf = ({ account }: Api, { id }: ResourceRecord): ResourceRecord[] =>
  account.list(PUSHED_IMAGE).filter(({ inputs }) => inputs.repository === id);

function hasStatus({ inputs }: ResourceRecord, status: string | undefined): boolean {
  const isTagged = (inputs.tags as string[]).length > 0;
  return status === undefined || status === "ANY" || (status === "TAGGED") === isTagged;
}

function findImage(
  images: readonly ResourceRecord[],
  { imageDigest, imageTag }: ImageIdentifier,
): ResourceRecord | undefined {
  return images.find(
    ({ inputs }) =>
      (imageDigest === undefined || inputs.digest === imageDigest) &&
      (imageTag === undefined || (inputs.tags as string[]).includes(imageTag)),
  );
}

function mustHaveImage(
  api: Api,
  repository: ResourceRecord,
  images: readonly ResourceRecord[],
  id: ImageIdentifier,
): ResourceRecord {
  const found = findImage(images, id);
  if (found !== undefined) return found;
  const { imageDigest = "null", imageTag = "null" } = id;
  throw new ApiError(
    "ImageNotFoundException",
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist ` +
      `within the repository with name '${repository.id}' ${inRegistry(api)}`,
  );
}

function describeImage(api: Api, { inputs }: ResourceRecord, imageTag: string | undefined): object {
  return {
    registryId: api.account.accountId,
    repositoryName: inputs.repository,
    imageId: defined({ imageDigest: inputs.digest, imageTag }),
    imageManifest: inputs.manifest,
    imageManifestMediaType: inputs.mediaType,
  };
}

/** @param image an existing image that was built in the lab, whose content is not known */
function failureOf(imageId: ImageIdentifier, image: ResourceRecord | undefined): object {
  const failureReason =
    image === undefined
      ? "Requested image not found"
      : "The image is from a build in the lab, which creates no manifest";
  return { imageId, failureCode: "ImageNotFound", failureReason };
}
