import type {
  BatchCheckLayerAvailabilityRequest,
  CompleteLayerUploadRequest,
  GetDownloadUrlForLayerRequest,
  InitiateLayerUploadRequest,
  UploadLayerPartRequest,
} from "@aws-sdk/client-ecr";
import { statSync } from "node:fs";

import { damaged } from "../../../delivery/images/registry";
import { ApiError } from "../../apiError";
import type { Api, Operation } from "../../service";

/** Maximum size of a part, except the last one, in bytes: as base64, a request stays under 8 MiB. */
const PART_BYTES = 5 * 1024 * 1024;

/** Operations by which clients of ECR's API push layers; those of `docker push` are the registry's own. */
export const layerOperations: Record<string, Operation> = {
  BatchCheckLayerAvailability: async (input: BatchCheckLayerAvailabilityRequest, api: Api) => {
    const { repositoryName = "", layerDigests = [] } = input;
    api.registry.mustHaveRepository(repositoryName);
    const isDigest = (digest: string) => /^sha256:[0-9a-f]{64}$/.test(digest);
    return {
      layers: await Promise.all(
        layerDigests.filter(isDigest).map(async (layerDigest) => {
          const layer = await api.registry.layerOf(repositoryName, layerDigest);
          // A damaged layer is reported as missing, so that a client pushes it again, which repairs it.
          return layer?.isWhole
            ? { layerDigest, layerAvailability: "AVAILABLE", layerSize: statSync(layer.file).size }
            : { layerDigest, layerAvailability: "UNAVAILABLE" };
        }),
      ),
      failures: layerDigests
        .filter((digest) => !isDigest(digest))
        .map((layerDigest) => ({
          layerDigest,
          failureCode: "InvalidLayerDigest",
          failureReason: "Invalid layer digest.",
        })),
    };
  },

  InitiateLayerUpload: ({ repositoryName = "" }: InitiateLayerUploadRequest, api: Api) => {
    api.registry.mustHaveRepository(repositoryName);
    return { uploadId: api.registry.layers.begin(repositoryName), partSize: PART_BYTES };
  },

  UploadLayerPart: async (input: UploadLayerPartRequest, api: Api) => {
    const { repositoryName = "", uploadId = "", partFirstByte, partLastByte } = input;
    const { layerPartBlob = new Uint8Array() } = input;
    const { layers } = api.registry;
    const before = layers.sizeOf(repositoryName, uploadId);
    const end = before + layerPartBlob.length - 1;
    if (partFirstByte !== before || partLastByte !== end) {
      throw new ApiError(
        "InvalidLayerPartException",
        `The layer part is not valid: the next one goes from ${before} to ${end}.`,
      );
    }
    await layers.append(repositoryName, uploadId, oneOf(Buffer.from(layerPartBlob)));
    const registryId = api.account.accountId;
    return { registryId, repositoryName, uploadId, lastByteReceived: end };
  },

  CompleteLayerUpload: async (input: CompleteLayerUploadRequest, api: Api) => {
    const { repositoryName = "", uploadId = "", layerDigests = [] } = input;
    const [layerDigest = ""] = layerDigests;
    if ((await api.registry.layerOf(repositoryName, layerDigest))?.isWhole) {
      api.registry.layers.cancel(repositoryName, uploadId);
      throw new ApiError(
        "LayerAlreadyExistsException",
        `Layer with digest '${layerDigest}' already exists in the repository with name '${repositoryName}'`,
      );
    }
    await api.registry.layers.complete(repositoryName, uploadId, layerDigest);
    return { registryId: api.account.accountId, repositoryName, uploadId, layerDigest };
  },

  GetDownloadUrlForLayer: async (input: GetDownloadUrlForLayerRequest, api: Api) => {
    const { repositoryName = "", layerDigest = "" } = input;
    api.registry.mustHaveRepository(repositoryName);
    const layer = await api.registry.layerOf(repositoryName, layerDigest);
    if (layer === undefined) {
      throw new ApiError(
        "LayersNotFoundException",
        `The layer with digest '${layerDigest}' does not exist within the repository with name '${repositoryName}'`,
      );
    }
    if (!layer.isWhole) throw new ApiError("LayerInaccessibleException", damaged(layer));
    const path = `/v2/${repositoryName}/blobs/${layerDigest}`;
    const downloadUrl = `${api.endpoint}${path}?${api.access.query(path, new Date())}`;
    return { downloadUrl, layerDigest };
  },
};

// eslint-disable-next-line @typescript-eslint/require-await -- the store takes what comes in parts
async function* oneOf(part: Buffer): AsyncGenerator<Buffer> {
  yield part;
}
