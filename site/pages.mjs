// Copies the repository's pages and their pictures to where the generator finds them and its own packages.
import { cp, mkdir, rm } from "node:fs/promises";
import * as path from "node:path";

const repository = path.join(import.meta.dirname, "..");
const pages = path.join(import.meta.dirname, "pages");

await rm(pages, { recursive: true, force: true });
await mkdir(path.join(pages, "services"), { recursive: true });
for (const one of [
  "README.md",
  "README.ja.md",
  "docs",
  "services/README.md",
  "services/README.ja.md",
]) {
  await cp(path.join(repository, one), path.join(pages, one), { recursive: true });
}
