import { createHash } from "node:crypto";

/** Maximum length in characters of each kind of resource's physical name. */
const longest = {
  cluster: 255,
  service: 255,
  taskFamily: 255,
  loadBalancer: 32,
  targetGroup: 32,
  securityGroup: 255,
  role: 64,
  policy: 128,
  instanceProfile: 128,
  launchTemplate: 128,
  autoScalingGroup: 255,
  capacityProvider: 255,
  repository: 256,
  codeRepository: 100,
  connection: 32,
  buildProject: 150,
  pipeline: 100,
  bucketPrefix: 36,
  eventRule: 64,
  schedule: 64,
  topic: 256,
  notificationRule: 64,
  deployApplication: 100,
  deploymentGroup: 100,
  secret: 512,
  namespace: 1024,
} as const;

export type NamedKind = keyof typeof longest;

const hashLength = 6;

/**
 * The physical name of a resource: `<base>-<stack>`, so that the names of learners who share an account never clash.
 *
 * Lower-case letters, digits and hyphens of the stack's name are kept, as every kind allows them; anything else becomes
 * a hyphen, and hyphens at the end are removed. The base is not changed. A name that had to be changed, or cut to AWS's
 * limit, ends in six hexadecimal digits of the SHA-256 of the original, so that two stacks never share it.
 *
 * @param kind kind of resource; determines the limit (32 characters for load balancers and target
 * groups).
 * @param base the resource's own part, e.g. `handson`; see {@link baseNameProblem}. Roles may have
 *   capitals too, as the second tutorial's `ecsHandsOnInstanceRole` does.
 * @param stack the Pulumi stack, e.g. `dev` or `alice`.
 *
 * Source: each service's API reference, for the limits. The second tutorial's names would clash between learners.
 */
export function physicalName(kind: NamedKind, base: string, stack: string): string {
  const wanted = `${base}-${stack}`;
  const cleanStack = stack.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const clean = `${base}-${cleanStack}`.replace(/-{2,}/g, "-").replace(/-$/, "");
  if (clean === wanted && clean.length <= longest[kind]) return clean;
  const hash = createHash("sha256").update(wanted).digest("hex").slice(0, hashLength);
  const kept = clean.slice(0, longest[kind] - hashLength - 1).replace(/-+$/, "");
  return `${kept}-${hash}`;
}

/** Maximum length of a base name: leaves room for the stack's part in a load balancer's name. */
const longestBase = 20;

/**
 * Says what is wrong with a base name, or nothing if it may be used: 1 to 20 lower-case letters,
 * digits and single hyphens, starting with a letter and not ending in a hyphen. `internal-`,
 * `aws` and `sg-` are AWS's own prefixes.
 */
export function baseNameProblem(base: string): string | undefined {
  if (base.length > longestBase) {
    return `"${base}" is too long: ${base.length} characters, at most ${longestBase}`;
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(base)) {
    return `"${base}" must be lower-case letters, digits and single hyphens, and start with a letter`;
  }
  if (/^(internal-|aws|sg-)/.test(base)) {
    return `"${base}" starts with a prefix that AWS reserves (internal-, aws, sg-); use another`;
  }
  return undefined;
}
