import { createRemoteJWKSet } from "jose";

import { verifyBearer, type Bearer } from "../shared/bearer.mts";
import { HttpError } from "../shared/server.mts";

/** Tells who sent a request, see {@link customers}. */
export type Customers = (authorization: string | undefined) => Promise<Bearer>;

/**
 * Verifies tokens by auth's public key, which is fetched once and kept for ten minutes, or until a
 * token names another key: a login costs auth one request, an order none.
 *
 * @param url of the auth service, e.g. `http://auth:8080`
 * @returns a function that throws an {@link HttpError}: 401 if the token is not good, 503 with
 * `Retry-After` if auth has to be asked and does not answer
 */
export function customers(url: string): Customers {
  const keys = createRemoteJWKSet(new URL("/auth/.well-known/jwks.json", url), {
    timeoutDuration: 3000,
  });
  return async (authorization) => {
    try {
      return await verifyBearer(authorization, keys);
    } catch (cause) {
      if (cause instanceof HttpError) throw cause;
      throw new HttpError(503, "Logins cannot be verified just now; try again in a moment", {
        cause,
        headers: { "retry-after": "3" },
      });
    }
  };
}
