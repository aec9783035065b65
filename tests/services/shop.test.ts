import assert from "node:assert/strict";

import fc from "fast-check";

import { createApp as createAuth } from "../../services/auth/src/app";
import { hashPassword } from "../../services/auth/src/password";
import { createApp as createProducts } from "../../services/products/src/app";
import { createApp } from "../../services/shop/src/app";
import { shopEnvironment } from "../../services/shop/src/config";
import { priceLines } from "../../services/shop/src/orders";
import { readEnvironment } from "../../services/shop/shared/server.mts";
import { detailOf, logLines } from "./problem";

const credentials = { user: "hanako", password: "correct horse" };

/** auth with one user and always the same key. */
async function createAuthApp(tokenSeconds = 900) {
  const config = {
    AUTH_SIGNING_KEY: "a secret of forty characters, at random.",
    AUTH_USERS: { hanako: await hashPassword(credentials.password) },
    AUTH_TOKEN_SECONDS: tokenSeconds,
  };
  return createAuth(config, logLines());
}

async function tokenFrom(auth: Awaited<ReturnType<typeof createAuth>>): Promise<string> {
  const answer = await auth.inject({ method: "POST", url: "/auth/login", payload: credentials });
  return answer.json<{ access_token: string }>().access_token;
}

/** An address at which nothing listens any more: that of a server which has just been closed. */
async function deadAddress(): Promise<string> {
  const app = await createProducts(logLines());
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  await app.close();
  return address;
}

describe("shop", () => {
  const { lines, logTo } = logLines();
  const cleanUp: (() => Promise<unknown>)[] = [];
  let token: string;
  let authUrl: string;
  let productsUrl: string;

  before(async () => {
    const auth = await createAuthApp();
    const products = await createProducts(logLines());
    cleanUp.push(
      () => auth.close(),
      () => products.close(),
    );
    authUrl = await auth.listen({ host: "127.0.0.1", port: 0 });
    productsUrl = await products.listen({ host: "127.0.0.1", port: 0 });
    token = await tokenFrom(auth);
  });
  after(async () => {
    for (const close of cleanUp.reverse()) await close();
  });

  async function shop({ auth = authUrl, products = productsUrl } = {}) {
    const app = await createApp({ AUTH_URL: auth, PRODUCTS_URL: products }, { logTo });
    cleanUp.push(() => app.close());
    return {
      app,
      order: (
        payload: object,
        headers: Record<string, string> = { authorization: `Bearer ${token}` },
      ) => app.inject({ method: "POST", url: "/shop/orders", payload, headers }),
    };
  }
  const manju = { lines: [{ productId: "manju", quantity: 3 }] };

  it("accepts an order from a user with a token, at the prices of products", async () => {
    const { order } = await shop();
    const answer = await order({ lines: [...manju.lines, { productId: "sencha", quantity: 1 }] });
    assert.equal(answer.statusCode, 201);
    const { id, ...rest } = answer.json<{ id: string }>();
    assert.match(id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(rest, {
      user: "hanako",
      lines: [
        { productId: "manju", name: "饅頭 Manjū", quantity: 3, unitPrice: 180, price: 540 },
        { productId: "sencha", name: "煎茶 Sencha", quantity: 1, unitPrice: 1080, price: 1080 },
      ],
      total: 1620,
    });
  });

  it("asks for a token before it looks at the order", async () => {
    const { order } = await shop();
    const missing = await order({}, {});
    assert.equal(detailOf(missing, 401), "A token is needed: log in");
    assert.equal(missing.headers["www-authenticate"], "Bearer");
    const wrong = await order({}, { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` });
    assert.equal(detailOf(wrong, 401), "The token is not valid: log in again");
  });

  it("does not accept a token that has expired", async () => {
    const auth = await createAuthApp(-1);
    const { order } = await shop();
    const answer = await order(manju, { authorization: `Bearer ${await tokenFrom(auth)}` });
    assert.equal(detailOf(answer, 401), "The token has expired: log in again");
    await auth.close();
  });

  it("says what is wrong with an order", async () => {
    const { order } = await shop();
    const many = (length: number) => ({
      lines: Array.from({ length }, () => ({ productId: "manju", quantity: 1 })),
    });
    assert.match(detailOf(await order({ lines: [] }), 400), /lines/);
    assert.match(detailOf(await order(many(21)), 400), /lines/);
    for (const quantity of [0, -1, 1.5, 100, "1"]) {
      const answer = await order({ lines: [{ productId: "manju", quantity }] });
      assert.match(detailOf(answer, 400), /lines\/0\/quantity/);
    }
    const unknown = ["mirage", "manju", "phantom"].map((productId) => ({ productId, quantity: 1 }));
    const answer = await order({ lines: unknown });
    assert.equal(detailOf(answer, 422), "There is no product mirage, phantom");
  });

  it("says that products is down, stays up itself, and recovers", async () => {
    const address = await deadAddress();
    const { app, order } = await shop({ products: address });
    const refused = await order(manju);
    assert.equal(
      detailOf(refused, 503),
      "The product list is not available; try again in a moment",
    );
    assert.equal(refused.headers["retry-after"], "3");
    detailOf(await app.inject("/shop/products"), 503);
    assert.equal((await app.inject("/shop/health")).statusCode, 200);
    assert.equal((await app.inject("/shop/")).statusCode, 200);

    const back = await createProducts(logLines());
    cleanUp.push(() => back.close());
    await back.listen({ host: "127.0.0.1", port: Number(new URL(address).port) });
    assert.equal((await order(manju)).statusCode, 201);
    assert.equal((await app.inject("/shop/products")).statusCode, 200);
  });

  it("asks products again while one of its tasks is stopping", async () => {
    const flaky = await createProducts(logLines());
    let refusals = 2;
    flaky.addHook("onRequest", async (_request, reply) => {
      if (refusals-- > 0) await reply.code(503).send();
    });
    cleanUp.push(() => flaky.close());
    const { order } = await shop({ products: await flaky.listen({ host: "127.0.0.1", port: 0 }) });
    assert.equal((await order(manju)).statusCode, 201);
  });

  it("does not accept just any answer as a product list", async () => {
    const odd = await createProducts(logLines());
    odd.addHook("onSend", () => Promise.resolve('{"products":[{"id":"manju","price":-5}]}'));
    cleanUp.push(() => odd.close());
    const { order } = await shop({ products: await odd.listen({ host: "127.0.0.1", port: 0 }) });
    detailOf(await order(manju), 503);
  });

  it("passes the load balancer's trace id on", async () => {
    const traced = logLines();
    const products = await createProducts(traced);
    cleanUp.push(() => products.close());
    const address = await products.listen({ host: "127.0.0.1", port: 0 });
    const { app } = await shop({ products: address });
    const headers = { "x-amzn-trace-id": "Root=1-abc-def" };
    await app.inject({ url: "/shop/products", headers });
    assert.ok(traced.lines.some((line) => line.includes('"reqId":"Root=1-abc-def"')));
  });

  it("says that auth is down if it cannot verify, rather than that the token is bad", async () => {
    const { order } = await shop({ auth: await deadAddress() });
    const answer = await order(manju);
    assert.equal(
      detailOf(answer, 503),
      "Logins cannot be verified just now; try again in a moment",
    );
    assert.equal(answer.headers["www-authenticate"], undefined);
    // Without a token there is nothing to ask auth about.
    detailOf(await order(manju, {}), 401);
  });

  it("verifies with the key it has when auth goes away", async () => {
    const auth = await createAuthApp();
    const { order } = await shop({ auth: await auth.listen({ host: "127.0.0.1", port: 0 }) });
    assert.equal((await order(manju)).statusCode, 201);
    await auth.close();
    assert.equal((await order(manju)).statusCode, 201);
  });

  it("logs orders without the token", async () => {
    lines.length = 0;
    const { order } = await shop();
    await order(manju);
    const log = lines.join("");
    assert.match(log, /"total":540.*"msg":"order placed"/);
    assert.ok(!log.includes(token));
  });

  it("serves a page that loads only its own files", async () => {
    const { app } = await shop();
    for (const path of ["/", "/shop"]) {
      const answer = await app.inject(path);
      assert.deepEqual([answer.statusCode, answer.headers.location], [302, "/shop/"]);
    }
    const page = await app.inject("/shop/");
    assert.match(String(page.headers["content-type"]), /^text\/html/);
    assert.match(page.body, /<html lang="en">/);
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = ""]) => file);
    assert.deepEqual(files.sort(), ["/shop/shop.css", "/shop/shop.js", "data:,"]);
    // Its Content-Security-Policy would keep these from working.
    assert.doesNotMatch(page.body, / style=| on\w+=|<style/);
    for (const file of files.filter((name) => !name.startsWith("data:"))) {
      assert.equal((await app.inject(file)).statusCode, 200, file);
    }
    for (const outside of ["/shop/../package.json", "/shop/%2e%2e/package.json"]) {
      assert.notEqual((await app.inject(outside)).statusCode, 200, outside);
    }
  });

  it("describes its API, and that an order needs a token", async () => {
    const { app } = await shop();
    const { paths } = (await app.inject("/shop/openapi.json")).json<{
      paths: Record<string, Record<string, { responses: object; security?: object[] }>>;
    }>();
    assert.deepEqual(Object.keys(paths).sort(), ["/shop/health", "/shop/orders", "/shop/products"]);
    const { responses = {}, security } = paths["/shop/orders"]?.post ?? {};
    assert.deepEqual(Object.keys(responses), ["201", "400", "401", "422", "503"]);
    assert.deepEqual(security, [{ bearer: [] }]);
  });
});

describe("prices", () => {
  const product = fc.record({
    id: fc.string({ minLength: 1, maxLength: 40 }),
    name: fc.string(),
    description: fc.string(),
    price: fc.integer({ min: 0, max: 10_000_000 }),
  });
  const products = fc.uniqueArray(product, {
    selector: ({ id }) => id,
    minLength: 1,
    maxLength: 10,
  });

  it("add up exactly, whatever is ordered", () => {
    const order = products.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.array(
          fc.record({
            productId: fc.constantFrom(...all.map(({ id }) => id)),
            quantity: fc.integer({ min: 1, max: 99 }),
          }),
          { minLength: 1, maxLength: 20 },
        ),
      ),
    );
    fc.assert(
      fc.property(order, ([all, lines]) => {
        const priced = priceLines(lines, all);
        const exact = lines.reduce((sum, { productId, quantity }) => {
          const price = all.find(({ id }) => id === productId)?.price ?? 0;
          return sum + BigInt(price) * BigInt(quantity);
        }, 0n);
        assert.equal(BigInt(priced.total), exact);
        const pairs = (some: typeof lines) => some.map((line) => [line.productId, line.quantity]);
        assert.deepEqual(pairs(priced.lines), pairs(lines));
      }),
    );
  });
});

describe("shop's environment", () => {
  it("knows the other services by their Service Connect names", () => {
    const { AUTH_URL, PRODUCTS_URL } = readEnvironment(shopEnvironment, {});
    assert.deepEqual([AUTH_URL, PRODUCTS_URL], ["http://auth:8080", "http://products:8080"]);
  });

  it("requires HTTP addresses", () => {
    const environment = { AUTH_URL: "auth:8080", PRODUCTS_URL: "file:///products" };
    assert.throws(
      () => readEnvironment(shopEnvironment, environment),
      /AUTH_URL: .*\n.*PRODUCTS_URL: /,
    );
  });
});
