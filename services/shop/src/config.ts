import { z } from "zod";

import { serverEnvironment } from "../shared/server.mts";

/** Environment of shop; `readEnvironment` names all that is wrong with it. */
export const shopEnvironment = z.object({
  ...serverEnvironment,
  /** Where auth is: its Service Connect name and port. */
  AUTH_URL: z.url({ protocol: /^https?$/ }).default("http://auth:8080"),
  /** Where products is: its Service Connect name and port. */
  PRODUCTS_URL: z.url({ protocol: /^https?$/ }).default("http://products:8080"),
});

/** What {@link shopEnvironment} makes of the environment. */
export type ShopConfig = z.output<typeof shopEnvironment>;
