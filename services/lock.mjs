/**
 * Writes each service's package-lock.json, for `npm ci` in its Dockerfile. `npm install` in a workspace
 * only maintains the checkout's lock file, which is not in an image built from the service's folder.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const services = dirname(fileURLToPath(import.meta.url));
for (const name of readdirSync(services)) {
  const folder = join(services, name);
  if (!existsSync(join(folder, "package.json"))) continue;
  execFileSync(
    "npm",
    [
      "install",
      "--package-lock-only",
      "--omit-lockfile-registry-resolved",
      ...["--prefix", folder],
    ],
    // Not npm's view of the checkout that runs this script.
    { stdio: "inherit", cwd: folder },
  );
}
