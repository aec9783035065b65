import type { ProviderArgs } from "@pulumi/aws";

import type { Problem, Properties } from "../account/resourceType";
import { parsedJson } from "../shared/parsedJson";
import { UNKNOWN } from "../shared/unknown";

/** Configuration of one provider resource, e.g. `new aws.Provider("tokyo", { region: … })`. */
export interface Configuration {
  readonly region: string;
  /** Default tags of every resource that can have tags. */
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** Settings that the account supports. */
const HONOURED = ["region", "defaultTags"] as const satisfies readonly (keyof ProviderArgs)[];

/** Settings without effect offline: credentials, and how to reach AWS. */
const WITHOUT_EFFECT = [
  "accessKey",
  "maxRetries",
  "profile",
  "retryMode",
  "secretKey",
  "sharedConfigFiles",
  "sharedCredentialsFiles",
  "skipCredentialsValidation",
  "skipMetadataApiCheck",
  "skipRegionValidation",
  "skipRequestingAccountId",
  "token",
] as const satisfies readonly (keyof ProviderArgs)[];

const KNOWN_KEYS = new Set<string>([
  ...HONOURED,
  ...WITHOUT_EFFECT,
  "version",
  "pluginDownloadURL",
]);

/** All problems of a provider's configuration. */
export function checkConfiguration(args: Properties): Problem[] {
  const problems: Problem[] = Object.keys(args)
    .filter((key) => !KNOWN_KEYS.has(key) && !key.startsWith("__"))
    .map((key) => ({ path: key, reason: "is not supported by the offline account" }));
  const region = regionOf(args);
  if (region === undefined) {
    problems.push({
      path: "region",
      reason: "is required: set `aws:region` in the stack's configuration, or AWS_REGION",
    });
  } else if (region !== UNKNOWN && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    problems.push({
      path: "region",
      reason: `is not an AWS region, got ${JSON.stringify(region)}`,
    });
  }
  if (args.defaultTags !== UNKNOWN && defaultTagsOf(args) === undefined) {
    problems.push({ path: "defaultTags", reason: "must be { tags: { key: value } }" });
  }
  return problems;
}

/** @throws Error listing every problem. */
export function readConfiguration(args: Properties): Configuration {
  const problems = checkConfiguration(args);
  if (problems.length > 0) {
    throw new Error(problems.map(({ path, reason }) => `aws:${path} ${reason}`).join("; "));
  }
  return { region: regionOf(args) ?? "", defaultTags: defaultTagsOf(args) ?? {} };
}

/** Falls back to the environment, as the AWS provider does. */
function regionOf(args: Properties): string | undefined {
  const region = args.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  return typeof region === "string" && region !== "" ? region : undefined;
}

function defaultTagsOf(args: Properties): Record<string, string> | undefined {
  const { defaultTags } = args;
  if (defaultTags === undefined) return {};
  // The SDK sends nested provider settings as JSON text.
  const value: unknown = typeof defaultTags === "string" ? parsedJson(defaultTags) : defaultTags;
  if (typeof value !== "object" || value === null) return undefined;
  const { tags = {}, ...rest } = value as { tags?: unknown };
  if (typeof tags !== "object" || tags === null || Object.keys(rest).length > 0) return undefined;
  const entries = Object.entries(tags as Properties);
  return entries.every(([, tag]) => typeof tag === "string")
    ? (Object.fromEntries(entries) as Record<string, string>)
    : undefined;
}
