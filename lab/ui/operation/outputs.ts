import { isDeepStrictEqual } from "node:util";

type Values = Readonly<Record<string, unknown>>;

/**
 * The outputs that an operation changes. A preview knows only some: those of a stack that has none yet tell
 * nothing.
 */
export function outputDifferences(before: Values, after: Values, isPreview: boolean): Values {
  const isNew = Object.keys(before).length === 0;
  if (isPreview && isNew) return {};
  const changed = Object.entries(after).filter(
    ([name, value]) => !isDeepStrictEqual(before[name], value),
  );
  return Object.fromEntries(changed);
}

/** Where in the lab something is that outputs name as it is on AWS. */
export interface Places {
  /** Where load balancers and Express services answer, by address: `name.elb.localhost`, `http://name.elb.localhost:8081/`. */
  readonly urls: ReadonlyMap<string, string>;
  /** What clones CodeCommit's repositories, by name: `git clone -c … http://127.0.0.1:8090/v1/repos/NAME`. */
  readonly clones: ReadonlyMap<string, string>;
  /** Where `docker push` finds the account's images; absent where nothing is served: `127.0.0.1:8060`. */
  readonly registry?: string;
}

/** Source: Amazon ECR user guide, "Private registry authentication". */
const REGISTRY = /\b\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\b/g;
/** Source: AWS CodeCommit user guide, "Regions and Git connection endpoints". */
const CLONE =
  /\bgit clone https:\/\/git-codecommit\.[a-z0-9-]+\.amazonaws\.com\/v1\/repos\/([\w.-]+)/g;

/** Outputs as a person can use them: addresses with the lab's ports, and commands that find the lab. */
export function withPlaces(value: unknown, places: Places): unknown {
  if (typeof value === "string") return textWithPlaces(value, places);
  if (Array.isArray(value)) return value.map((one) => withPlaces(one, places));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withPlaces(inner, places)]),
  );
}

function textWithPlaces(value: string, { clones, registry, urls }: Places): string {
  let text = value.replace(CLONE, (all, name: string) => clones.get(name) ?? all);
  // Task definitions name images as on AWS: only what Docker is told is another address.
  if (registry !== undefined && /\bdocker login\b/.test(text)) {
    text = text.replace(REGISTRY, registry);
  }
  for (const [address, url] of urls) {
    const { host, protocol } = new URL(url);
    const bare = new RegExp(`https?://${address.replaceAll(".", "\\.")}(?![:\\w.-])`, "g");
    text = text.replace(bare, `${protocol}//${host}`);
  }
  return text;
}
