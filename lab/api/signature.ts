import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

import { isSame } from "../protocol/loopback";
import type { AccessKey } from "./accessKey";
import { SignatureError } from "./apiError";

/** A request as received. */
export interface ApiRequest {
  readonly method: string;
  /** Includes the query, which only unsupported services use. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The scope of a signature. */
export interface CredentialScope {
  readonly region: string;
  /** Service in the credential scope, e.g. `elasticloadbalancing`. */
  readonly service: string;
}

/** IAM User Guide, "Signature Version 4": maximum clock skew of a request, in milliseconds. */
const MAXIMUM_SKEW_MS = 5 * 60 * 1000;

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 +Credential=([^/,]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, *SignedHeaders=([\w;-]+), *Signature=([0-9a-f]{64})$/;

/** Headers that a signature must cover; otherwise it would not protect the request's time and destination. */
const ALWAYS_SIGNED = ["host", "x-amz-date"];

/**
 * Checks a request's Signature Version 4: that the whole request was signed with the lab's access key, just now.
 *
 * @throws SignatureError
 */
export async function verifySignature(
  request: ApiRequest,
  key: AccessKey,
  now: Date,
): Promise<CredentialScope> {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new SignatureError("missing", "Request is missing Authentication Token");
  }
  const parts = AUTHORIZATION.exec(authorization);
  if (parts === null) {
    throw new SignatureError(
      "incomplete",
      "Authorization header is not a signature of version 4 (AWS4-HMAC-SHA256)",
    );
  }
  const [, keyId = "", day = "", region = "", service = "", names = "", given = ""] = parts;
  if (!isSame(keyId, key.accessKeyId)) {
    throw new SignatureError(
      "unknownKey",
      'The security token included in the request is invalid. Its access key is not the lab\'s: eval "$(npm run -s lab -- env)"',
    );
  }
  const signed = names.split(";");
  const date = dateOf(String(request.headers["x-amz-date"] ?? ""));
  if (date === undefined || !ALWAYS_SIGNED.every((name) => signed.includes(name))) {
    throw new SignatureError("incomplete", `SignedHeaders must have ${ALWAYS_SIGNED.join(", ")}`);
  }
  const { isWhole, signature } = await expected(request, {
    key,
    scope: { region, service },
    signed,
    date,
  });
  if (!isWhole || !isSame(given, signature) || day !== shortDate(date)) {
    throw new SignatureError(
      "mismatch",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.",
    );
  }
  // Checked last, so that only the key's owner gets this error.
  const skew = Math.abs(now.getTime() - date.getTime());
  if (skew > MAXIMUM_SKEW_MS) {
    throw new SignatureError(
      "expired",
      `Signature expired: ${date.toISOString()} is not within 5 minutes of ${now.toISOString()}`,
    );
  }
  return { region, service };
}

/** The signature computed with the key; also checks the body against the hash in its header. */
async function expected(
  { method, path, headers, body }: ApiRequest,
  {
    key,
    scope,
    signed,
    date,
  }: {
    readonly key: AccessKey;
    readonly scope: CredentialScope;
    readonly signed: readonly string[];
    readonly date: Date;
  },
): Promise<{ isWhole: boolean; signature: string }> {
  const hash = headers["x-amz-content-sha256"];
  const isWhole = hash === undefined || hash === createHash("sha256").update(body).digest("hex");
  const signer = new SignatureV4({
    ...scope,
    credentials: key,
    sha256: Sha256,
    applyChecksum: false,
    // IAM user guide, "Create a signed AWS API request": S3's paths are escaped once.
    uriEscapePath: scope.service !== "s3",
  });
  const { pathname, searchParams } = new URL(path, "http://lab");
  const query = Object.fromEntries(
    [...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]),
  );
  const kept = signed.map((name) => [name, String(headers[name] ?? "")] as const);
  const { headers: answered } = await signer.sign(
    new HttpRequest({ method, path: pathname, query, headers: Object.fromEntries(kept), body }),
    { signingDate: date, signableHeaders: new Set(signed) },
  );
  const signature = /Signature=(\w+)$/.exec(answered.authorization ?? "")?.[1] ?? "";
  return { isWhole, signature };
}

/** Parses a date such as `20261129T110000Z`. */
function dateOf(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day, hours, minutes, seconds] = parts;
  return new Date(Date.UTC(year, month - 1, day, hours, minutes, seconds));
}

const shortDate = (date: Date): string => date.toISOString().slice(0, 10).replaceAll("-", "");
