import { XmlShapeSerializer } from "@aws-sdk/core/protocols";

import type { ApiError } from "../apiError";
import type { OperationModel } from "../model";
import type { ApiService } from "../service";
import type { ApiRequest } from "../signature";
import type { ApiAnswer, Protocol, SignatureErrors } from "./protocol";
import { EC2_NAMES, QUERY_NAMES, type QueryNames, readQuery } from "./queryInput";

const DATE_TIME = 5;

/** Takes forms, returns XML; services differ in how they name lists and wrap responses. */
abstract class XmlProtocol implements Protocol {
  readonly unknownOperation = "InvalidAction";
  abstract readonly malformed: string;
  abstract readonly signatureErrors: SignatureErrors;
  protected abstract readonly names: QueryNames;

  operationOf({ body }: ApiRequest): string | undefined {
    return new URLSearchParams(body.toString("utf8")).get("Action") ?? undefined;
  }

  read({ input }: OperationModel, { body }: ApiRequest): Promise<unknown> {
    const fields = new Map(new URLSearchParams(body.toString("utf8")));
    return Promise.resolve(readQuery(input, fields, this.names));
  }

  write(model: OperationModel, output: object, service: ApiService, requestId: string): ApiAnswer {
    const serializer = new XmlShapeSerializer({
      timestampFormat: { useTrait: true, default: DATE_TIME },
      serviceNamespace: "",
      xmlNamespace: "",
    });
    const name = `${model.name}Response`;
    const inner = model.output.isUnitSchema() ? "" : contentOf(serializer, model, output);
    const xmlns = `xmlns="${service.xmlNamespace ?? ""}"`;
    return xml(200, `<${name} ${xmlns}>${this.wrap(model.name, inner, requestId)}</${name}>`);
  }

  abstract writeError(error: ApiError, requestId: string): ApiAnswer;
  protected abstract wrap(operation: string, inner: string, requestId: string): string;
}

/**
 * STS, Elastic Load Balancing, Auto Scaling, IAM.
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export class QueryProtocol extends XmlProtocol {
  readonly malformed = "MalformedInput";
  protected readonly names = QUERY_NAMES;
  /** Source: "Common Errors" of the services' API references. */
  readonly signatureErrors: SignatureErrors = {
    missing: ["MissingAuthenticationToken", 403],
    incomplete: ["IncompleteSignature", 400],
    unknownKey: ["InvalidClientTokenId", 403],
    mismatch: ["SignatureDoesNotMatch", 403],
    expired: ["SignatureDoesNotMatch", 403],
  };

  writeError({ code, message, status }: ApiError, requestId: string): ApiAnswer {
    const type = status < 500 ? "Sender" : "Receiver";
    const error = `<Type>${type}</Type><Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>`;
    return xml(
      status,
      `<ErrorResponse><Error>${error}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
    );
  }

  protected wrap(operation: string, inner: string, requestId: string): string {
    const result = `<${operation}Result>${inner}</${operation}Result>`;
    return `${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  }
}

/** @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export class Ec2Protocol extends XmlProtocol {
  readonly malformed = "InvalidParameterValue";
  protected readonly names = EC2_NAMES;
  /** Source: EC2 API Reference, "Error codes". */
  readonly signatureErrors: SignatureErrors = {
    missing: ["MissingAuthenticationToken", 403],
    incomplete: ["IncompleteSignature", 400],
    unknownKey: ["AuthFailure", 401],
    mismatch: ["AuthFailure", 401],
    expired: ["RequestExpired", 400],
  };

  writeError({ code, message, status }: ApiError, requestId: string): ApiAnswer {
    const error = `<Code>${escaped(code)}</Code><Message>${escaped(message)}</Message>`;
    return xml(
      status,
      `<Response><Errors><Error>${error}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
    );
  }

  protected wrap(_operation: string, inner: string, requestId: string): string {
    return `<requestId>${requestId}</requestId>${inner}`;
  }
}

/** The content of the element that the serializer wraps around the whole. */
function contentOf(
  serializer: XmlShapeSerializer,
  { output: schema }: OperationModel,
  output: object,
): string {
  serializer.write(schema, output);
  const text = String(serializer.flush());
  const end = text.lastIndexOf("</");
  return end === -1 ? "" : text.slice(text.indexOf(">") + 1, end);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const escaped = (text: string): string => text.replace(/[&<>]/g, (one) => ENTITIES[one] ?? one);

function xml(status: number, text: string): ApiAnswer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${text}\n`;
  return { status, headers: { "content-type": "text/xml" }, body };
}
