import assert from "node:assert/strict";

import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader, SignJWT } from "jose";

import { createApp, LOGINS_PER_MINUTE } from "../../services/auth/src/app";
import { authEnvironment } from "../../services/auth/src/config";
import { hashPassword, verifyPassword } from "../../services/auth/src/password";
import { readEnvironment } from "../../services/auth/shared/server.mts";
import { deriveSigningKey } from "../../services/auth/src/signingKey";
import { detailOf, logLines } from "./problem";

const secret = "a secret of forty characters, at random.";
const password = "correct horse";

describe("auth", function () {
  // Passwords are hashed slowly on purpose.
  this.timeout(60_000);
  let users: Record<string, string>;
  let app: Awaited<ReturnType<typeof createApp>>;
  const { lines, logTo } = logLines();

  /** The answer to a login of a user who knows the password, and the token in it. */
  let answered: Awaited<ReturnType<typeof login>>;
  let token: string;
  let logins = 0;

  before(async () => {
    users = { hanako: await hashPassword(password) };
    const config = { AUTH_SIGNING_KEY: secret, AUTH_USERS: users, AUTH_TOKEN_SECONDS: 900 };
    app = await createApp(config, { logTo });
    answered = await login({ user: "hanako", password });
    token = answered.json<{ access_token: string }>().access_token;
  });
  after(() => app.close());

  // Each login is from an address of its own unless told otherwise: an address that tries too often is stopped.
  const login = (
    payload: object,
    headers: Record<string, string> = { "x-forwarded-for": `192.0.2.${++logins}` },
  ) => app.inject({ method: "POST", url: "/auth/login", payload, headers });
  const verify = (authorization?: string) =>
    app.inject({ url: "/auth/verify", headers: { ...(authorization && { authorization }) } });

  it("gives a token for 15 minutes to a user who knows the password", () => {
    assert.equal(answered.statusCode, 200);
    assert.equal(answered.headers["cache-control"], "no-store");
    const { access_token, ...rest } = answered.json<{ access_token: string }>();
    assert.deepEqual(rest, { token_type: "Bearer", expires_in: 900 });
    const { iss, aud, sub, iat = 0, exp = 0 } = decodeJwt(access_token);
    assert.deepEqual({ iss, aud, sub }, { iss: "auth", aud: "shop", sub: "hanako" });
    assert.equal(exp - iat, 900);
  });

  it("verifies the token it gave", async () => {
    const answer = await verify(`Bearer ${token}`);
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.json<{ user: string }>().user, "hanako");
  });

  it("answers a wrong password and an unknown user in the same words", async () => {
    const wrong = await login({ user: "hanako", password: "incorrect horse" });
    const nobody = await login({ user: "constructor", password });
    assert.equal(detailOf(wrong, 401), "The user or the password is wrong");
    assert.equal(detailOf(nobody, 401), detailOf(wrong, 401));
    assert.equal(wrong.headers["www-authenticate"], "Bearer");
  });

  it("says what a login lacks, without repeating what was sent", async () => {
    const detail = detailOf(await login({ password: ["hunter2"] }), 400);
    assert.match(detail, /user/);
    assert.match(detail, /password/);
    assert.doesNotMatch(detail, /hunter2/);
  });

  it("rejects a password of a length that would only cost time", async () => {
    detailOf(await login({ user: "hanako", password: "x".repeat(257) }), 400);
    detailOf(await login({ user: "hanako", password: "x".repeat(20_000) }), 413);
  });

  it("stops an address that tries too many logins, and no other", async () => {
    // These are rejected as incomplete, so that the test need not wait for passwords to be compared.
    const from = (address: string) => login({}, { "x-forwarded-for": address });
    for (let attempt = 0; attempt < LOGINS_PER_MINUTE; attempt++) {
      assert.equal((await from("203.0.113.1")).statusCode, 400);
    }
    const stopped = await from("203.0.113.1");
    assert.match(detailOf(stopped, 429), /^Too many logins: try again in /);
    assert.ok(Number(stopped.headers["retry-after"]) > 0);
    // What a client writes into the header itself comes before what the load balancer adds.
    assert.equal((await from("198.51.100.7, 203.0.113.1")).statusCode, 429);
    assert.equal((await from("203.0.113.2")).statusCode, 400);
  });

  it("publishes the key that verifies its tokens, and nothing of the secret part", async () => {
    const answer = await app.inject("/auth/.well-known/jwks.json");
    const { keys } = answer.json<{ keys: Record<string, string>[] }>();
    assert.equal(keys.length, 1);
    const [key = {}] = keys;
    assert.deepEqual(Object.keys(key).sort(), ["alg", "crv", "kid", "kty", "use", "x"]);
    assert.equal(decodeProtectedHeader(token).kid, key.kid);
  });

  it("answers 401 to a missing, malformed, foreign or expired token", async () => {
    const own = (await deriveSigningKey(secret)).privateKey;
    const foreign = (await deriveSigningKey(`${secret}!`)).privateKey;
    const signed = (key: typeof own, change: (jwt: SignJWT) => SignJWT = (jwt) => jwt) =>
      change(
        new SignJWT()
          .setProtectedHeader({ alg: "EdDSA" })
          .setIssuer("auth")
          .setAudience("shop")
          .setSubject("hanako")
          .setExpirationTime("1m"),
      ).sign(key);
    const unsigned = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"hanako"}')}.`.replaceAll("=", "");
    assert.equal((await verify(`Bearer ${await signed(own)}`)).statusCode, 200);

    const missing = await verify();
    assert.equal(detailOf(missing, 401), "A token is needed: log in");
    assert.equal(missing.headers["www-authenticate"], "Bearer");
    assert.equal(detailOf(await verify("Basic aGFuYWtvOng="), 401), "A token is needed: log in");

    const invalid = {
      malformed: "abc",
      unsigned,
      foreign: await signed(foreign),
      "of another issuer": await signed(own, (jwt) => jwt.setIssuer("someone")),
      "for another audience": await signed(own, (jwt) => jwt.setAudience("bank")),
    };
    for (const [what, jwt] of Object.entries(invalid)) {
      const answer = await verify(`Bearer ${jwt}`);
      assert.equal(detailOf(answer, 401), "The token is not valid: log in again", what);
      assert.equal(answer.headers["www-authenticate"], 'Bearer error="invalid_token"');
    }
    const expired = await signed(own, (jwt) => jwt.setExpirationTime("1 second ago"));
    const answer = await verify(`Bearer ${expired}`);
    assert.equal(detailOf(answer, 401), "The token has expired: log in again");
  });

  it("logs neither passwords nor tokens nor keys", async () => {
    lines.length = 0;
    await login({ user: "hanako", password });
    await verify(`Bearer ${token}`);
    await login({ user: "hanako", password: "incorrect horse" });
    const log = lines.join("");
    assert.match(log, /"url":"\/auth\/login"/);
    for (const hidden of [password, "incorrect horse", token, secret, users.hanako ?? ""]) {
      assert.ok(!log.includes(hidden));
    }
  });

  it("describes all of its API, and where a token is needed", async () => {
    const { openapi, paths } = (await app.inject("/auth/openapi.json")).json<{
      openapi: string;
      paths: Record<string, Record<string, { responses: object; security?: object[] }>>;
    }>();
    assert.equal(openapi, "3.1.0");
    assert.deepEqual(Object.keys(paths).sort(), [
      "/auth/.well-known/jwks.json",
      "/auth/health",
      "/auth/login",
      "/auth/verify",
    ]);
    const login = paths["/auth/login"]?.post?.responses ?? {};
    assert.deepEqual(Object.keys(login), ["200", "400", "401", "429"]);
    assert.deepEqual(paths["/auth/verify"]?.get?.security, [{ bearer: [] }]);
  });
});

describe("auth's environment", () => {
  const read = (environment: Record<string, string>) =>
    readEnvironment(authEnvironment, environment);

  it("needs only the signing key, and then has the demo's user", async () => {
    const { AUTH_USERS, HOST, PORT } = read({ AUTH_SIGNING_KEY: secret });
    assert.deepEqual([HOST, PORT], ["0.0.0.0", 8080]);
    assert.deepEqual(Object.keys(AUTH_USERS), ["hanako"]);
    assert.ok(await verifyPassword("ecs-handson", AUTH_USERS.hanako ?? ""));
  });

  it("has everything that is wrong reported at once, without values", () => {
    assert.throws(
      () =>
        read({
          PORT: "80800",
          AUTH_SIGNING_KEY: "hunter2",
          AUTH_USERS: '{"Taro":"hunter2","jiro":"hunter2"}',
          AUTH_TOKEN_SECONDS: "0",
        }),
      ({ message }: Error) => {
        assert.match(message, /^ {2}PORT: /m);
        assert.match(message, /^ {2}AUTH_SIGNING_KEY: must have 32 random characters or more$/m);
        assert.match(message, /^ {2}AUTH_USERS\.Taro: not a name of 1 to 32/m);
        assert.match(message, /^ {2}AUTH_USERS\.jiro: not a hash that/m);
        assert.match(message, /^ {2}AUTH_TOKEN_SECONDS: /m);
        assert.doesNotMatch(message, /hunter2/);
        return true;
      },
    );
    assert.throws(() => read({}), /AUTH_SIGNING_KEY: is missing: it comes from Secrets Manager/);
    assert.throws(() => read({ AUTH_SIGNING_KEY: secret, AUTH_USERS: "{" }), /USERS: is not JSON/);
    assert.throws(() => read({ AUTH_SIGNING_KEY: secret, AUTH_USERS: "{}" }), /USERS: no user/);
  });
});

describe("passwords", function () {
  this.timeout(60_000);

  it("match their hash, however they were typed, and others do not", async () => {
    const hash = await hashPassword("pa\u0301ssword");
    assert.ok(await verifyPassword("p\u00e1ssword", hash));
    assert.equal(await verifyPassword("password", hash), false);
  });

  it("have another hash each time, and are compared only with hashes of our own", async () => {
    const hash = await hashPassword(password);
    assert.notEqual(await hashPassword(password), hash);
    const cheap = hash.replace("ln=14", "ln=1");
    await assert.rejects(verifyPassword(password, cheap), /not a hash/);
  });
});

describe("the signing key", () => {
  it("is the same for the same secret, and different for another", async () => {
    const text = fc.string({ minLength: 32, maxLength: 64 });
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const [first, again, second] = await Promise.all([
          deriveSigningKey(one),
          deriveSigningKey(one),
          deriveSigningKey(other),
        ]);
        assert.deepEqual(first.publicJwk, again.publicJwk);
        assert.equal(first.publicJwk.kid === second.publicJwk.kid, one === other);
      }),
    );
  });
});
