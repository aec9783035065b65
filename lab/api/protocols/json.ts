import { JsonCodec2 } from "@aws-sdk/core/protocols";

import type { ApiError } from "../apiError";
import type { OperationModel } from "../model";
import type { ApiService } from "../service";
import type { ApiRequest } from "../signature";
import type { ApiAnswer, Protocol, SignatureErrors } from "./protocol";

const EPOCH_SECONDS = 7;

/** Source: "Common Error Types" of the services' API references. */
export const JSON_SIGNATURE_ERRORS: SignatureErrors = {
  missing: ["MissingAuthenticationTokenException", 400],
  incomplete: ["IncompleteSignatureException", 400],
  unknownKey: ["UnrecognizedClientException", 400],
  mismatch: ["InvalidSignatureException", 400],
  expired: ["InvalidSignatureException", 400],
};

/**
 * JSON with the operation in a header: ECS, CloudWatch Logs, ECR and more.
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export class JsonProtocol implements Protocol {
  readonly signatureErrors = JSON_SIGNATURE_ERRORS;
  readonly malformed = "SerializationException";
  readonly unknownOperation = "UnknownOperationException";
  private readonly codec = new JsonCodec2({
    timestampFormat: { useTrait: true, default: EPOCH_SECONDS },
    jsonName: false,
  });

  /** @param version `1.0` or `1.1` */
  constructor(private readonly version: string) {}

  operationOf({ headers }: ApiRequest, { target = "" }: ApiService): string | undefined {
    const [prefix, operation] = String(headers["x-amz-target"] ?? "").split(".");
    return prefix === target ? operation : undefined;
  }

  read({ input }: OperationModel, { body }: ApiRequest): Promise<unknown> {
    const read: unknown = this.codec.createDeserializer().read(input, body.toString("utf8"));
    return Promise.resolve(read);
  }

  write(
    { output: schema }: OperationModel,
    output: object,
    _service: ApiService,
    requestId: string,
  ): ApiAnswer {
    const serializer = this.codec.createSerializer();
    serializer.write(schema, output);
    return this.answer(200, serializer.flush(), requestId);
  }

  writeError({ code, message, status }: ApiError, requestId: string): ApiAnswer {
    return this.answer(status, JSON.stringify({ __type: code, message }), requestId);
  }

  private answer(status: number, body: string | Uint8Array, requestId: string): ApiAnswer {
    const type = `application/x-amz-json-${this.version}`;
    return { status, headers: { "content-type": type, "x-amzn-requestid": requestId }, body };
  }
}
