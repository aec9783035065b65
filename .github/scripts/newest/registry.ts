import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { minVersion } from "semver";
import { z } from "zod";

import type { Package } from "./versions";

const release = z.object({
  version: z.string(),
  engines: z.object({ node: z.string().optional() }).optional(),
  "dist-tags": z.object({ latest: z.string() }),
});

/** Asks npm's registry for the releases of a package from the pinned one on. */
export async function lookUp(name: string, pinned: string): Promise<Package> {
  const from = minVersion(pinned)?.version ?? "0.0.0";
  const fields = ["version", "engines", "dist-tags"];
  const { stdout } = await promisify(execFile)(
    "npm",
    ["view", `${name}@>=${from}`, ...fields, "--json"],
    { maxBuffer: 2 ** 26 },
  );
  // Of one release npm tells without a list, of none nothing.
  const told: unknown = stdout.trim() === "" ? [] : JSON.parse(stdout);
  const releases = z.array(release).parse([told].flat());
  return {
    name,
    pinned,
    newest: releases[0]?.["dist-tags"].latest ?? pinned,
    releases: releases.map(({ version, engines }) => ({ version, node: engines?.node })),
  };
}
