import { isDeepStrictEqual } from "node:util";

type Values = Readonly<Record<string, unknown>>;

/**
 * The outputs that an operation changes. A preview knows only some of them, so it lists none for a stack without
 * outputs.
 */
export function outputDifferences(before: Values, after: Values, isPreview: boolean): Values {
  const isNew = Object.keys(before).length === 0;
  if (isPreview && isNew) return {};
  const changed = Object.entries(after).filter(
    ([name, value]) => !isDeepStrictEqual(before[name], value),
  );
  return Object.fromEntries(changed);
}

/** The lab's addresses of resources that outputs name by their AWS addresses. */
export interface Places {
  /**
   * URLs of load balancers and Express services, by their AWS address: `name.elb.localhost`,
   * `http://name.elb.localhost:8081/`.
   */
  readonly urls: ReadonlyMap<string, string>;
  /** Commands that clone CodeCommit repositories, by name: `git clone -c … http://127.0.0.1:8090/v1/repos/NAME`. */
  readonly clones: ReadonlyMap<string, string>;
  /** Registry address for `docker push`; absent while nothing is served: `127.0.0.1:8060`. */
  readonly registry?: string;
}

/** Source: Amazon ECR user guide, "Private registry authentication". */
const REGISTRY = /\b\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\b/g;
/** Source: AWS CodeCommit user guide, "Regions and Git connection endpoints". */
const CLONE =
  /\bgit clone https:\/\/git-codecommit\.[a-z0-9-]+\.amazonaws\.com\/v1\/repos\/([\w.-]+)/g;

/** Outputs that a person can use: addresses with the lab's ports, and commands that reach the lab. */
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
  // Only commands for Docker get another registry address: task definitions name images as on AWS.
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
