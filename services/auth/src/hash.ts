/** Prints the hash of the password on standard input, for AUTH_USERS: `npm run -s hash < password.txt`. */
import { text } from "node:stream/consumers";

import { hashPassword } from "./password.ts";
import { run } from "../shared/server.mts";

run(async () => {
  const password = (await text(process.stdin)).replace(/\r?\n$/, "");
  if (password === "") throw new Error("There is no password on standard input");
  process.stdout.write(`${await hashPassword(password)}\n`);
});
