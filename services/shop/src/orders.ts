import { z } from "zod";

import { HttpError } from "../shared/server.mts";

/** What shop needs to know of a product; products may say more. */
export const Product = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  price: z.int().min(0).max(10_000_000).describe("Yen, tax included"),
});

/** What a customer asks for. */
export const OrderRequest = z.object({
  lines: z
    .array(
      z.object({
        productId: z.string().min(1).max(40),
        quantity: z.int().min(1).max(99),
      }),
    )
    .min(1)
    .max(20),
});

/** What the customer will get, at the prices of the moment. */
export const Order = z.object({
  id: z.uuid(),
  user: z.string(),
  lines: z.array(
    z.object({
      productId: z.string(),
      name: z.string(),
      quantity: z.int(),
      unitPrice: z.int(),
      price: z.int().describe("Yen: unitPrice times quantity"),
    }),
  ),
  total: z.int().describe("Yen"),
});

/** The part of an {@link Order} that depends on the products. */
export type PricedLines = Pick<z.output<typeof Order>, "lines" | "total">;

/**
 * Looks up the prices and adds them up. Yen are whole, and the limits above keep the total under
 * 2 * 10^10, so that nothing is rounded.
 * @throws {HttpError} 422 that names every product that there is not
 */
export function priceLines(
  lines: z.output<typeof OrderRequest>["lines"],
  products: readonly z.output<typeof Product>[],
): PricedLines {
  const byId = new Map(products.map((product) => [product.id, product]));
  const unknown = new Set(lines.map(({ productId }) => productId).filter((id) => !byId.has(id)));
  if (unknown.size > 0) {
    throw new HttpError(422, `There is no product ${[...unknown].join(", ")}`);
  }
  const priced = lines.flatMap(({ productId, quantity }) => {
    const product = byId.get(productId);
    if (product === undefined) return [];
    const { name, price: unitPrice } = product;
    return [{ productId, name, quantity, unitPrice, price: unitPrice * quantity }];
  });
  return { lines: priced, total: priced.reduce((sum, { price }) => sum + price, 0) };
}
