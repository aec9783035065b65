import { createApp } from "./app.ts";
import { shopEnvironment } from "./config.ts";
import { listen, readEnvironment, run } from "../shared/server.mts";

run(async () => {
  const config = readEnvironment(shopEnvironment, process.env);
  await listen(await createApp(config), config.HOST, config.PORT);
});
