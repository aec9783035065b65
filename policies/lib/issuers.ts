import { items, toText, UNKNOWN, type Value } from "../graph/value";
import { part } from "./policyDocument";
import { isLimited } from "./principals";

/** A service that issues OpenID Connect tokens, and how a token names its owner. */
interface Issuer {
  /** Whom a trust policy without such a condition lets in, as part of a sentence. */
  readonly everybody: string;
  /** The provider's address without https://. */
  readonly address: RegExp;
  /** Claims, one of which must be in a condition. */
  readonly claims: RegExp;
  /** Whether a value of the claim names no owner, other than one that matches everything. */
  readonly isOpen: (value: string) => boolean;
  /** A claim with a value that names the owner, for the remediation. */
  readonly step: string;
}

const customersOf = (service: string) => `every customer of ${service}`;
/** Whether a pattern names no owner: `repo:*`, `repo:*\/site:*`. */
const hasNoOwner = (value: string): boolean => /^(\w+:)?[^:/]*[*?]/.test(value);
const SUBJECT = /:(sub|repository\w*|job_workflow_ref|organization\w*|namespace\w*|project\w*)$/i;

/** An issuer that all customers share, whose subjects begin with the customer. */
const shared = (service: string, address: RegExp, step: string): Issuer => ({
  ...{ everybody: customersOf(service), address, claims: SUBJECT, isOpen: hasNoOwner, step },
});

/**
 * OpenID Connect providers that all customers of a service share, so that anybody's token is accepted unless a condition
 * names the owner; and some that issue tokens to everything one customer runs. Sources: IAM user guide,
 * "Identity-provider controls for shared OIDC providers"; the services' pages on OpenID Connect with AWS; EKS user
 * guide, "Assign IAM roles to Kubernetes service accounts".
 */
const ISSUERS: readonly Issuer[] = [
  shared("GitHub", /^token\.actions\.githubusercontent\.com$/, "sub, such as repo:owner/site:*"),
  shared("GitLab", /^gitlab\.com$/, "sub, such as project_path:group/site:*"),
  shared("HCP Terraform", /^app\.terraform\.io$/, "sub, such as organization:acme:*"),
  shared("Buildkite", /^agent\.buildkite\.com$/, "sub, such as organization:acme:*"),
  shared("Codefresh", /^oidc\.codefresh\.io$/, "sub, such as account:0123:*"),
  shared("Scalr", /^scalr\.io$/, "sub, such as account:acme:*"),
  shared("Upbound", /^proidc\.upbound\.io$/, "sub, such as mcp:acme/*"),
  {
    everybody: customersOf("Pulumi Cloud"),
    address: /^api\.pulumi\.com\/oidc(\/v\d+)?$/,
    claims: /:(aud|sub)$/i,
    // pulumi:deploy:org:acme:project:*, and acme or aws:acme as an audience.
    isOpen: (value) => /[*?]/.test(value) && !/:org:[^:*?]+:/.test(value),
    step: "aud, such as aws:acme",
  },
  {
    everybody: customersOf("Vercel"),
    address: /^oidc\.vercel\.com$/,
    claims: /:(aud|sub)$/i,
    isOpen: (value) => hasNoOwner(value) || /vercel\.com\/[^/]*[*?]/.test(value),
    step: "aud, such as https://vercel.com/acme",
  },
  {
    everybody: "every identity pool of Cognito",
    address: /^cognito-identity[\w.-]*\.amazonaws\.com(\.cn)?$/,
    claims: /:(aud|sub)$/i,
    isOpen: () => false,
    step: "aud, which is the id of the pool",
  },
  {
    everybody: "every app of the provider",
    address: /^(accounts\.google\.com|graph\.facebook\.com|www\.amazon\.com)$/,
    claims: /:(aud|oaud|sub|app_id|user_id|id)$/i,
    isOpen: () => false,
    step: "aud or app_id, which is the id of the app",
  },
  {
    everybody: "every pod of the EKS cluster",
    address: /^oidc\.eks\.[\w-]+\.amazonaws\.com(\.cn)?\/id\/.*$/,
    claims: /:sub$/i,
    isOpen: (value) => /^(system:(serviceaccount:)?)?[*?]+(:\*)?$/.test(value),
    step: "sub, such as system:serviceaccount:site:web",
  },
  {
    everybody: "every pipeline of the Bitbucket workspace",
    address: /^api\.bitbucket\.org\/.*$/,
    claims: /:(aud|sub|\w+uuid)$/i,
    isOpen: () => false,
    step: "sub, such as {repository}:*",
  },
  {
    everybody: "every project of the CircleCI organization",
    address: /^oidc\.circleci\.com\/.*$/,
    claims: /:(aud|sub|.*project-id)$/i,
    isOpen: (value) => /[*?]/.test(value) && !/org\/[^/*?]+\//.test(value),
    step: "sub, such as org/0123/project/4567/*",
  },
];

/** Whom a trust policy that names no owner lets in, and the claim that names one. */
type Open = Pick<Issuer, "everybody" | "step">;

/** The issuer all of whose tokens a statement accepts, if there is one. */
export function issuerOpenIn(statement: Value): Open | typeof UNKNOWN | undefined {
  if (part(statement, "Effect") !== "Allow") return undefined;
  const federated = items(part(part(statement, "Principal"), "Federated")).map((each) =>
    toText(each).replace(/^arn:[^/]*:oidc-provider\//, ""),
  );
  const open = federated.flatMap((provider) =>
    ISSUERS.filter(({ address }) => address.test(provider)).map((issuer) => {
      const isOpen = (value: Value) => issuer.isOpen(toText(value));
      const { everybody, step } = issuer;
      const limited = isLimited(statement, issuer.claims, isOpen);
      return { limited, everybody, step: `${provider}:${step}` };
    }),
  );
  const found = open.find(({ limited }) => limited === false);
  return found ?? (open.some(({ limited }) => limited === UNKNOWN) ? UNKNOWN : undefined);
}
