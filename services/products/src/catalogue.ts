import { readFileSync } from "node:fs";

import { z } from "zod";

/** Something to buy. */
export const Product = z
  .object({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/)
      .describe("Lower-case letters, digits and hyphens, 1 to 40"),
    name: z.string().min(1),
    description: z.string(),
    price: z.int().min(0).max(10_000_000).describe("Yen, tax included; yen have no smaller unit"),
  })
  .describe("Something to buy");

/** All products, from catalogue.json. */
export const catalogue: z.output<typeof Product>[] = z
  .array(Product)
  .parse(JSON.parse(readFileSync(new URL("../catalogue.json", import.meta.url), "utf8")));
