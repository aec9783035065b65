import { createApp } from "./app.ts";
import { authEnvironment } from "./config.ts";
import { listen, readEnvironment, run } from "../shared/server.mts";

run(async () => {
  const config = readEnvironment(authEnvironment, process.env);
  await listen(await createApp(config), config.HOST, config.PORT);
});
