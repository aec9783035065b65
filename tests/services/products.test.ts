import assert from "node:assert/strict";

import { createApp } from "../../services/products/src/app";

describe("products", () => {
  it("lists all products for anyone, with prices in whole yen", async () => {
    const app = await createApp({ logTo: { write: () => undefined } });
    const answer = await app.inject("/products");
    assert.equal(answer.statusCode, 200);
    const { products } = answer.json<{ products: { id: string; price: number }[] }>();
    assert.ok(products.length > 0);
    assert.ok(products.every(({ price }) => Number.isSafeInteger(price) && price >= 0));
    assert.equal(new Set(products.map(({ id }) => id)).size, products.length);
  });
});
