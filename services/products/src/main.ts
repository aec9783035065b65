import { z } from "zod";

import { createApp } from "./app.ts";
import { listen, readEnvironment, run, serverEnvironment } from "../shared/server.mts";

run(async () => {
  const { HOST, PORT } = readEnvironment(z.object(serverEnvironment), process.env);
  await listen(await createApp(), HOST, PORT);
});
