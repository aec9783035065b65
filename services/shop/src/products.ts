import ky from "ky";
import { z } from "zod";

import { Product } from "./orders.ts";
import { HttpError } from "../shared/server.mts";

/** How long a request waits for products, all attempts together, in ms. */
const TIMEOUT = 3000;

/** Asks the products service. */
export interface ProductsClient {
  /**
   * All products.
   * @param requestId goes along, so that the logs of both services can be joined
   * @throws {HttpError} 503 with `Retry-After` if products gives no sensible answer in time
   */
  list(requestId: string): Promise<z.output<typeof Product>[]>;
}

/** @param url of the products service, e.g. `http://products:8080` */
export function productsClient(url: string): ProductsClient {
  const client = ky.create({
    prefixUrl: url,
    timeout: TIMEOUT,
    // A task that has just stopped, or is just starting, is gone from the list a moment later.
    retry: { limit: 3, delay: (attempt) => 100 * 2 ** attempt, statusCodes: [502, 503, 504] },
  });
  return {
    async list(requestId) {
      try {
        const answer = await client("products", { headers: { "x-amzn-trace-id": requestId } });
        return z.object({ products: z.array(Product) }).parse(await answer.json()).products;
      } catch (cause) {
        throw new HttpError(503, "The product list is not available; try again in a moment", {
          cause,
          headers: { "retry-after": "3" },
        });
      }
    },
  };
}
