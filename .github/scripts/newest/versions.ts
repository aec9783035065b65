import { compare, gt, minVersion, prerelease, satisfies } from "semver";

/** A release as its registry describes it. */
export interface Release {
  version: string;
  /** Range of Node.js that it runs on; any if it tells none. */
  node?: string;
}

/** What is known of a package that is watched. */
export interface Package {
  name: string;
  /** What the checkout asks for. */
  pinned: string;
  /** The release that `npm install` takes. */
  newest: string;
  /** Releases from the pinned one on. */
  releases: readonly Release[];
}

export interface Choice extends Omit<Package, "releases"> {
  taken: string;
  /** Why the newest one is not taken. */
  reason?: string;
}

/**
 * The newest release that a Node.js may run. It is never older than the pinned one, and no pre-release.
 *
 * @param node version without `v`, such as `20.19.0`
 */
export function choose({ releases, ...watched }: Package, node: string): Choice {
  const { name, pinned, newest } = watched;
  const [taken] = releases
    .filter((one) => prerelease(one.version) === null && !gt(one.version, newest))
    .filter((one) => satisfies(node, one.node ?? "*"))
    .map(({ version }) => version)
    .sort((a, b) => compare(b, a));
  if (taken === newest) return { ...watched, taken };
  const needs = releases.find(({ version }) => version === newest)?.node;
  const left = taken ?? minVersion(pinned)?.version ?? pinned;
  if (needs === undefined || satisfies(node, needs)) return { ...watched, taken: left };
  const reason =
    `${name} ${newest} does not support this Node.js, ${node}: it needs ${needs}. ` +
    `Taken is ${left}, the newest that does.`;
  return { ...watched, taken: left, reason };
}
