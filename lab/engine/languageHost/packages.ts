import { readFileSync } from "node:fs";
import * as path from "node:path";

/** The fields of package.json that are read. */
interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** A provider plugin that a program needs. */
export interface RequiredPackage {
  /** Its name in Pulumi, e.g. `aws`. */
  name: string;
  /** With a leading `v`, as in plugin versions. */
  version: string;
  /** Where it is downloaded from, if not from Pulumi. */
  server: string;
}

export interface Dependency {
  name: string;
  version: string;
}

/** The provider plugins that the packages in a folder's `node_modules` need, by name. */
export function requiredPackages(directory: string): RequiredPackage[] {
  const required = new Map<string, RequiredPackage>();
  for (const { manifest } of reached(directory, usesPulumi)) {
    const { name = "", version = "", pulumi } = manifest;
    if (!pulumi?.resource) continue;
    const plugin = pulumi.name ?? name.replace(/^@pulumi\//, "").replace(/^@/, "");
    const own = pulumi.version ?? version;
    required.set(plugin, {
      name: plugin,
      version: own.startsWith("v") ? own : `v${own}`,
      server: pulumi.server ?? "",
    });
  }
  return [...required.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The packages that a folder's package.json names, with their own dependencies if `transitive`. */
export function dependencies(directory: string, transitive: boolean): Dependency[] {
  return reached(directory, () => transitive)
    .map(({ manifest: { name = "", version = "" } }) => ({ name, version }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Found {
  directory: string;
  manifest: Manifest;
}

/** A Pulumi package depends on the SDK; other packages cannot need a provider. */
const usesPulumi = (manifest: Manifest) => namesIn(manifest).includes("@pulumi/pulumi");

/**
 * The installed packages that a folder depends on, directly or not, each once.
 *
 * @param goesOn whether to follow a package's own dependencies.
 */
function reached(directory: string, goesOn: (manifest: Manifest) => boolean): Found[] {
  const start = nearestManifest(directory);
  const found = new Map<string, Found>();
  const visit = (from: Found) => {
    for (const name of namesIn(from.manifest, from === start)) {
      const one = installed(name, from.directory);
      if (!one || found.has(one.directory)) continue;
      found.set(one.directory, one);
      if (goesOn(one.manifest)) visit(one);
    }
  };
  if (start) visit(start);
  return [...found.values()];
}

/**
 * A package's dependencies; its development dependencies only for a project, since they are not installed otherwise.
 */
function namesIn(manifest: Manifest, isProject = false): string[] {
  const { dependencies, devDependencies, peerDependencies } = manifest;
  const own = isProject ? devDependencies : undefined;
  return Object.keys({ ...dependencies, ...own, ...peerDependencies });
}

/** A package as Node.js finds it from a folder: in the nearest `node_modules` that has it. */
function installed(name: string, from: string): Found | undefined {
  for (const folder of upwards(from)) {
    const found = manifestIn(path.join(folder, "node_modules", name));
    if (found) return found;
  }
  return undefined;
}

function nearestManifest(directory: string): Found | undefined {
  for (const folder of upwards(directory)) {
    const found = manifestIn(folder);
    if (found) return found;
  }
  return undefined;
}

function manifestIn(directory: string): Found | undefined {
  try {
    const text = readFileSync(path.join(directory, "package.json"), "utf8");
    return { directory, manifest: JSON.parse(text) as Manifest };
  } catch {
    return undefined;
  }
}

function* upwards(directory: string): Generator<string> {
  for (let folder = path.resolve(directory); ; folder = path.dirname(folder)) {
    yield folder;
    if (folder === path.dirname(folder)) return;
  }
}
