import { writeFileSync } from "node:fs";
import * as path from "node:path";

import { format, resolveConfig } from "prettier";

import { packageSchema } from "./packageSchema";

/** `npm run components:schema`: writes the schema from which other languages use the components. */
async function main(): Promise<void> {
  const file = path.join(__dirname, "..", "schema.json");
  const { schema, leftOut } = packageSchema();
  const style = await resolveConfig(file);
  writeFileSync(file, await format(JSON.stringify(schema), { ...style, filepath: file }));
  for (const [name, why] of leftOut) process.stdout.write(`left out: ${name} (${why})\n`);
}

void main();
