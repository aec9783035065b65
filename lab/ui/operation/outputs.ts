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

/**
 * Outputs as a person can use them: what names a load balancer by its address without a port, as on AWS,
 * names it with the one on which the lab listens.
 *
 * @param places addresses of load balancers, to where they answer: `name.elb.localhost` to `http://name.elb.localhost:8081/`.
 */
export function withPlaces(value: unknown, places: ReadonlyMap<string, string>): unknown {
  if (typeof value === "string") {
    let text = value;
    for (const [address, url] of places) {
      const { host, protocol } = new URL(url);
      const bare = new RegExp(`https?://${address.replaceAll(".", "\\.")}(?![:\\w.-])`, "g");
      text = text.replace(bare, `${protocol}//${host}`);
    }
    return text;
  }
  if (Array.isArray(value)) return value.map((one) => withPlaces(one, places));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withPlaces(inner, places)]),
  );
}
