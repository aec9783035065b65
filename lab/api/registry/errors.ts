import { AwsError } from "../../account/errors";
import { messageOf } from "../../shared/messageOf";

/** An error that a registry answers with. */
export class RegistryError extends Error {
  /** @param code of the OCI distribution specification, "Error Codes" */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * ECR's errors as returned by its registry: Amazon ECR User Guide, "Troubleshooting", and the messages of `docker
 * push`.
 */
const CODES: Readonly<Record<string, readonly [status: number, code: string]>> = {
  EmptyUploadException: [400, "BLOB_UPLOAD_INVALID"],
  ImageDigestDoesNotMatchException: [400, "DIGEST_INVALID"],
  ImageTagAlreadyExistsException: [400, "TAG_INVALID"],
  InvalidLayerException: [400, "DIGEST_INVALID"],
  InvalidParameterException: [400, "MANIFEST_INVALID"],
  LayersNotFoundException: [404, "MANIFEST_BLOB_UNKNOWN"],
  LimitExceededException: [413, "SIZE_INVALID"],
  ReferencedImagesNotFoundException: [404, "MANIFEST_BLOB_UNKNOWN"],
  RepositoryNotFoundException: [404, "NAME_UNKNOWN"],
  UploadNotFoundException: [404, "BLOB_UPLOAD_UNKNOWN"],
};

/** An error as the registry returns it. */
export function toRegistryError(error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  if (!(error instanceof AwsError)) return new RegistryError(500, "UNKNOWN", messageOf(error));
  const [status, code] = CODES[error.code] ?? [400, "UNSUPPORTED"];
  return new RegistryError(status, code, error.message.slice(error.code.length + ": ".length));
}
