import { z } from "zod";

import { catalogue, Product } from "./catalogue.ts";
import {
  createServer,
  HttpError,
  Problem,
  type Server,
  type ServerOptions,
} from "../shared/server.mts";

/** The product list: public, so that a visitor sees it before a login. */
export async function createApp(options: Pick<ServerOptions, "logTo"> = {}): Promise<Server> {
  const app = await createServer({
    ...options,
    prefix: "/products",
    title: "Products",
    description: "The shop's product list. Public: it asks for no token.",
  });

  app.get(
    "/products",
    {
      schema: {
        summary: "All products, in the order of the list",
        response: { 200: z.object({ products: z.array(Product) }) },
      },
    },
    () => ({ products: catalogue }),
  );

  app.get(
    "/products/:id",
    {
      schema: {
        summary: "One product",
        params: z.object({ id: Product.shape.id }),
        response: {
          200: Product,
          404: { content: { "application/problem+json": { schema: Problem } } },
        },
      },
    },
    ({ params: { id } }) => {
      const product = catalogue.find((candidate) => candidate.id === id);
      if (product === undefined) throw new HttpError(404, `There is no product ${id}`);
      return product;
    },
  );
  return app;
}
