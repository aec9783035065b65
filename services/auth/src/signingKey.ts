import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from "node:crypto";

import { calculateJwkThumbprint, exportJWK, type JWK } from "jose";

/** What signs tokens, and what everyone may have to verify them. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key for a JWKS; its `kid` is its thumbprint (RFC 7638). */
  readonly publicJwk: JWK & { readonly kid: string };
}

/** DER of a PKCS #8 Ed25519 private key (RFC 8410) up to its 32 bytes. */
const PKCS8_ED25519 = Buffer.from("302e020100300506032b657004220420", "hex");

/**
 * Makes the Ed25519 key pair that belongs to a secret (HKDF-SHA-256, RFC 5869): the same one in every task,
 * and any random text will do, such as Secrets Manager makes, where a PEM would have to be made by hand.
 *
 * @param secret 32 or more random characters.
 */
export async function deriveSigningKey(secret: string): Promise<SigningKey> {
  const seed = Buffer.from(hkdfSync("sha256", secret, "", "ecs-handson auth signing key", 32));
  const privateKey = createPrivateKey({
    key: Buffer.concat([PKCS8_ED25519, seed]),
    format: "der",
    type: "pkcs8",
  });
  const publicKey = createPublicKey(privateKey);
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { privateKey, publicKey, publicJwk: { ...jwk, kid, use: "sig", alg: "EdDSA" } };
}
