import { items, toText, UNKNOWN, type Value } from "../graph/value";
import { part } from "./policyDocument";
import { isLimited } from "./principals";

/** A service that issues tokens of OpenID Connect, and what says whose a token is. */
interface Issuer {
  /** Whom a trust without such a condition lets in, as a part of a sentence. */
  readonly everybody: string;
  /** The provider's address without https://. */
  readonly address: RegExp;
  /** Claims of which one must be in a condition. */
  readonly claims: RegExp;
  /** Whether a value of the claim leaves open whose it is, beside one that takes in all. */
  readonly isOpen: (value: string) => boolean;
  /** A claim with a value that names the owner, for the step to take. */
  readonly step: string;
}

const customersOf = (service: string) => `every customer of ${service}`;
/** Whether a pattern leaves open whose it is: `repo:*`, `repo:*\/site:*`. */
const hasNoOwner = (value: string): boolean => /^(\w+:)?[^:/]*[*?]/.test(value);
const SUBJECT = /:(sub|repository\w*|job_workflow_ref|organization\w*|namespace\w*|project\w*)$/i;

/** One that all customers share, whose subjects begin with the customer. */
const shared = (service: string, address: RegExp, step: string): Issuer => ({
  ...{ everybody: customersOf(service), address, claims: SUBJECT, isOpen: hasNoOwner, step },
});

/**
 * Providers of OpenID Connect that all customers of a service share, so that a token is anybody's unless a condition
 * says whose, and some whose tokens everything has that runs at one customer's. Sources: IAM user guide,
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

/** Whom a trust lets in that names no owner, and the claim to name one by. */
type Open = Pick<Issuer, "everybody" | "step">;

/** The issuer all of whose tokens a statement lets in, if it does. */
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
