import { readFileSync } from "node:fs";

import * as pulumi from "@pulumi/pulumi";

import { componentProvider } from "./componentProvider";
import type { PackageSchema } from "./schema";

/**
 * Serves the components to programs in any language, until Pulumi ends this process.
 *
 * @param components what the package exports.
 * @param schemaFile file with the schema that `npm run components:schema` generates from them.
 */
export function serve(components: Record<string, unknown>, schemaFile: string): Promise<void> {
  const schema = JSON.parse(readFileSync(schemaFile, "utf8")) as PackageSchema;
  return pulumi.provider.main(componentProvider(schema, components), process.argv.slice(2));
}
