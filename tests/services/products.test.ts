import assert from "node:assert/strict";

import { createApp } from "../../services/products/src/app";
import { detailOf, logLines } from "./problem";

interface Product {
  readonly id: string;
  readonly price: number;
}

describe("products", () => {
  let app: Awaited<ReturnType<typeof createApp>>;
  const { lines, logTo } = logLines();

  before(async () => {
    app = await createApp({ logTo });
  });
  after(() => app.close());

  const list = async (): Promise<Product[]> =>
    (await app.inject("/products")).json<{ products: Product[] }>().products;

  it("lists all products for anyone, each once, with a price in whole yen", async () => {
    const products = await list();
    assert.ok(products.length > 0);
    assert.ok(products.every(({ price }) => Number.isSafeInteger(price) && price >= 0));
    assert.equal(new Set(products.map(({ id }) => id)).size, products.length);
  });

  it("returns each product as it is in the list", async () => {
    for (const product of await list()) {
      const answer = await app.inject(`/products/${product.id}`);
      assert.deepEqual(answer.json(), product);
    }
  });

  it("says which product does not exist", async () => {
    const answer = await app.inject("/products/unobtainium");
    assert.equal(detailOf(answer, 404), "There is no product unobtainium");
  });

  it("rejects what cannot be a product's id", async () => {
    detailOf(await app.inject("/products/%2e%2e%2fetc"), 400);
  });

  it("says which address does not exist, without the query", async () => {
    const answer = await app.inject("/elsewhere?token=abc");
    assert.equal(detailOf(answer, 404), "There is no GET /elsewhere");
  });

  it("reports its health without filling the log", async () => {
    lines.length = 0;
    const answer = await app.inject("/products/health");
    assert.deepEqual([answer.statusCode, answer.json()], [200, { status: "ok" }]);
    assert.deepEqual(lines, []);
  });

  it("logs a request under the load balancer's trace id", async () => {
    await app.inject({ url: "/products", headers: { "x-amzn-trace-id": "Root=1-abc-def" } });
    assert.ok(lines.some((line) => line.includes('"reqId":"Root=1-abc-def"')));
  });

  it("does not reveal why it failed, but logs it", async () => {
    lines.length = 0;
    const broken = await createApp({ logTo });
    broken.get("/products/broken/now", () => {
      throw new Error("the shelf fell down");
    });
    assert.equal(detailOf(await broken.inject("/products/broken/now"), 500), "");
    assert.ok(lines.some((line) => line.includes("the shelf fell down")));
    await broken.close();
  });

  it("lets no other page frame it, and no script except its own run", async () => {
    const { headers } = await app.inject("/products");
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /unsafe|\*/);
    assert.equal(headers["x-content-type-options"], "nosniff");
  });
});
