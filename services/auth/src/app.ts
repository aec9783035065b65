import { randomUUID } from "node:crypto";

import rateLimit from "@fastify/rate-limit";
import { SignJWT } from "jose";
import { z } from "zod";

import { TOKEN, verifyBearer } from "../shared/bearer.mts";
import type { AuthConfig } from "./config.ts";
import { hashPassword, verifyPassword } from "./password.ts";
import {
  createServer,
  HttpError,
  Problem,
  type Server,
  type ServerOptions,
} from "../shared/server.mts";
import { deriveSigningKey } from "./signingKey.ts";

/** Logins that one address may try in a minute, at each task. */
export const LOGINS_PER_MINUTE = 10;

const problem = { content: { "application/problem+json": { schema: Problem } } };

/** Logins: tokens for users who know their password, and the key by which other services verify them. */
export async function createApp(
  config: Pick<AuthConfig, "AUTH_SIGNING_KEY" | "AUTH_USERS" | "AUTH_TOKEN_SECONDS">,
  options: Pick<ServerOptions, "logTo"> = {},
): Promise<Server> {
  const { privateKey, publicKey, publicJwk } = await deriveSigningKey(config.AUTH_SIGNING_KEY);
  const users = new Map(Object.entries(config.AUTH_USERS));
  // Checked for users that do not exist, so that the response time does not reveal who does.
  const nobody = await hashPassword(randomUUID());

  const app = await createServer({
    ...options,
    prefix: "/auth",
    title: "Auth",
    description: "Logs users in with short-lived signed tokens.",
  });
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after, statusCode }) =>
      new HttpError(statusCode, `Too many logins: try again in ${after}`),
  });

  app.post(
    "/auth/login",
    {
      config: { rateLimit: { max: LOGINS_PER_MINUTE, timeWindow: "1 minute" } },
      schema: {
        summary: "A token for a user who knows the password",
        body: z.object({
          user: z.string().min(1).max(32),
          password: z.string().min(1).max(256),
        }),
        response: {
          200: z.object({
            access_token: z.string().describe("JWT (EdDSA) for `Authorization: Bearer …`"),
            token_type: z.literal("Bearer"),
            expires_in: z.int().describe("Seconds"),
          }),
          400: problem,
          401: problem,
          429: problem,
        },
      },
    },
    async ({ body: { user, password } }, reply) => {
      const right = await verifyPassword(password, users.get(user) ?? nobody);
      if (!right || !users.has(user)) {
        throw new HttpError(401, "The user or the password is wrong", {
          headers: { "www-authenticate": "Bearer" },
        });
      }
      const token = await new SignJWT()
        .setProtectedHeader({ alg: TOKEN.algorithm, kid: publicJwk.kid })
        .setIssuer(TOKEN.issuer)
        .setAudience(TOKEN.audience)
        .setSubject(user)
        .setIssuedAt()
        .setExpirationTime(`${config.AUTH_TOKEN_SECONDS}s`)
        .sign(privateKey);
      void reply.header("cache-control", "no-store");
      return {
        access_token: token,
        token_type: "Bearer" as const,
        expires_in: config.AUTH_TOKEN_SECONDS,
      };
    },
  );

  app.get(
    "/auth/.well-known/jwks.json",
    {
      schema: {
        summary: "The public key that verifies tokens, as a JSON Web Key Set",
        response: { 200: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }) },
      },
    },
    (_request, reply) => {
      void reply.header("cache-control", "max-age=300");
      return { keys: [publicJwk] };
    },
  );

  app.get(
    "/auth/verify",
    {
      schema: {
        summary: "Whose token this is, and until when it holds",
        security: [{ bearer: [] }],
        response: {
          200: z.object({ user: z.string(), expiresAt: z.iso.datetime() }),
          401: problem,
        },
      },
    },
    async ({ headers }) => {
      const { user, expiresAt } = await verifyBearer(headers.authorization, publicKey);
      return { user, expiresAt: new Date(expiresAt * 1000).toISOString() };
    },
  );
  return app;
}
