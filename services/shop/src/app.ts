import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";

import serveFiles from "@fastify/static";
import { z } from "zod";

import type { Bearer } from "../shared/bearer.mts";
import type { ShopConfig } from "./config.ts";
import { customers } from "./customers.ts";
import { Order, OrderRequest, priceLines, Product } from "./orders.ts";
import { productsClient } from "./products.ts";
import { createServer, Problem, type Server, type ServerOptions } from "../shared/server.mts";

const problem = { content: { "application/problem+json": { schema: Problem } } };

/** The shop: a page for customers, and orders for those who are logged in. */
export async function createApp(
  config: Pick<ShopConfig, "AUTH_URL" | "PRODUCTS_URL">,
  options: Pick<ServerOptions, "logTo"> = {},
): Promise<Server> {
  const customerOf = customers(config.AUTH_URL);
  const products = productsClient(config.PRODUCTS_URL);
  const app = await createServer({
    ...options,
    prefix: "/shop",
    title: "Shop",
    description: "Takes orders from users with a token of auth, at the prices of products.",
  });

  await app.register(serveFiles, {
    root: fileURLToPath(new URL("../public", import.meta.url)),
    prefix: "/shop/",
    // A new revision shows at the next reload: ask each time, 304 when nothing changed.
    cacheControl: false,
    setHeaders: (response) => {
      void response.header("cache-control", "no-cache");
    },
  });
  for (const path of ["/", "/shop"]) {
    app.get(path, { schema: { hide: true } }, (_request, reply) => reply.redirect("/shop/"));
  }

  app.get(
    "/shop/products",
    {
      schema: {
        summary: "What can be ordered just now, as products says",
        response: { 200: z.object({ products: z.array(Product) }), 503: problem },
      },
    },
    async ({ id }) => ({ products: await products.list(id) }),
  );

  app.decorateRequest("customer");
  app.post(
    "/shop/orders",
    {
      // Before the body is looked at: strangers learn nothing about what an order is like.
      onRequest: async (request) => {
        request.setDecorator("customer", await customerOf(request.headers.authorization));
      },
      schema: {
        summary: "Places an order",
        description: "The order is priced, logged and answered, and kept nowhere.",
        security: [{ bearer: [] }],
        body: OrderRequest,
        response: { 201: Order, 400: problem, 401: problem, 422: problem, 503: problem },
      },
    },
    async (request, reply) => {
      const priced = priceLines(request.body.lines, await products.list(request.id));
      const customer = request.getDecorator<Bearer>("customer");
      const order = { id: randomUUID(), user: customer.user, ...priced };
      request.log.info({ order: order.id, total: order.total }, "order placed");
      return reply.code(201).send(order);
    },
  );
  return app;
}
