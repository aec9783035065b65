/** What a token of ours is, for auth, which issues it, and shop, which wants one. */
import { errors, jwtVerify, type JWTVerifyGetKey, type KeyObject } from "jose";

import { HttpError } from "./server.mts";

/** Claims and algorithm of every token. */
export const TOKEN = { issuer: "auth", audience: "shop", algorithm: "EdDSA" } as const;

/** Who sent a request, as a verified token says. */
export interface Bearer {
  readonly user: string;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

/**
 * Verifies the token of an `Authorization: Bearer …` header.
 * @param key auth's public key, or what finds it by the token's `kid`
 * @throws {HttpError} 401 with `WWW-Authenticate` (RFC 6750) if the token is missing, wrong or expired
 * @throws whatever `key` throws when it cannot be asked: that says nothing about the token
 */
export async function verifyBearer(
  authorization: string | undefined,
  key: KeyObject | JWTVerifyGetKey,
): Promise<Bearer> {
  const token = /^Bearer +([\w.~+/=-]+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) {
    throw new HttpError(401, "A token is needed: log in", {
      headers: { "www-authenticate": "Bearer" },
    });
  }
  try {
    const { payload } = await jwtVerify(token, typeof key === "function" ? key : () => key, {
      issuer: TOKEN.issuer,
      audience: TOKEN.audience,
      algorithms: [TOKEN.algorithm],
      requiredClaims: ["sub", "exp"],
    });
    return { user: payload.sub ?? "", expiresAt: payload.exp ?? 0 };
  } catch (error) {
    if (!isTokensFault(error)) throw error;
    const detail =
      error instanceof errors.JWTExpired
        ? "The token has expired: log in again"
        : "The token is not valid: log in again";
    throw new HttpError(401, detail, {
      headers: { "www-authenticate": 'Bearer error="invalid_token"' },
    });
  }
}

/** Errors of jose about the token itself; the others are about getting the key. */
function isTokensFault(error: unknown): boolean {
  return [
    errors.JWTExpired,
    errors.JWTClaimValidationFailed,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
  ].some((type) => error instanceof type);
}
