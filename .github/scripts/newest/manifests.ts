/** What of a package.json matters here. */
interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const watched = "@pulumi/";
const sections = ["dependencies", "devDependencies"] as const;

/**
 * Pulumi's packages in the package.json files of a checkout, with the version that is asked for.
 *
 * @throws Error naming a package of which two versions are asked for.
 */
export function pinnedVersions(manifests: readonly string[]): Map<string, string> {
  const pinned = new Map<string, string>();
  for (const text of manifests) {
    const manifest = JSON.parse(text) as Manifest;
    for (const [name, version] of sections.flatMap((key) => Object.entries(manifest[key] ?? {}))) {
      if (!name.startsWith(watched)) continue;
      const other = pinned.get(name) ?? version;
      if (other !== version) throw new Error(`${name} is pinned to ${other} and to ${version}`);
      pinned.set(name, version);
    }
  }
  return pinned;
}

/** A package.json that asks for these versions of what it has. */
export function withVersions(manifest: string, versions: ReadonlyMap<string, string>): string {
  const content = JSON.parse(manifest) as Manifest;
  for (const section of sections) {
    const dependencies = content[section] ?? {};
    for (const name of Object.keys(dependencies)) {
      const version = versions.get(name);
      if (version !== undefined) dependencies[name] = version;
    }
  }
  return `${JSON.stringify(content, null, 2)}\n`;
}
