import { cbor, CborCodec } from "@smithy/core/cbor";

import type { ApiError } from "../apiError";
import type { OperationModel } from "../model";
import type { ApiService } from "../service";
import type { ApiRequest } from "../signature";
import { JSON_SIGNATURE_ERRORS } from "./json";
import type { ApiAnswer, Protocol } from "./protocol";

const PATH = /^\/service\/(\w+)\/operation\/(\w+)$/;

/**
 * CBOR with the operation in the path: CloudWatch.
 * @see https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
 */
export class CborProtocol implements Protocol {
  readonly signatureErrors = JSON_SIGNATURE_ERRORS;
  readonly malformed = "SerializationException";
  readonly unknownOperation = "UnknownOperationException";
  private readonly codec = new CborCodec();

  operationOf({ path }: ApiRequest, { target }: ApiService): string | undefined {
    const [, service, operation] = PATH.exec(path) ?? [];
    return service === target ? operation : undefined;
  }

  read({ input }: OperationModel, { body }: ApiRequest): Promise<unknown> {
    if (body.length === 0) return Promise.resolve({});
    return Promise.resolve(this.codec.createDeserializer().read(input, body));
  }

  write(
    { output: schema }: OperationModel,
    output: object,
    _service: ApiService,
    requestId: string,
  ): ApiAnswer {
    const serializer = this.codec.createSerializer();
    serializer.write(schema, output);
    return answer(200, serializer.flush(), requestId);
  }

  writeError({ code, message, status }: ApiError, requestId: string): ApiAnswer {
    return answer(status, cbor.serialize({ __type: code, message }), requestId);
  }
}

function answer(status: number, body: Uint8Array, requestId: string): ApiAnswer {
  return {
    status,
    headers: {
      "content-type": "application/cbor",
      "smithy-protocol": "rpc-v2-cbor",
      "x-amzn-requestid": requestId,
    },
    body,
  };
}
