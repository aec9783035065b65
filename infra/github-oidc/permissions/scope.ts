import { allow, type Statement } from "../../../components/shared/iamPolicies";

/** What the roles are about. */
export interface Scope {
  region: string;
  /** The account's number. */
  account: string;
  /** Names of stacks, with `*` for any characters. */
  stacks: readonly string[];
  stateBucket: string;
  /** Key that encrypts the secrets in the stacks' state. */
  secretsKeyArn: string;
}

/** The program's project, whose name its provider also puts on everything as a tag. */
export const project = "ecs-handson";

/** What carries the tag is the program's, where names are AWS's own. */
export const tagged = { StringEquals: { "aws:ResourceTag/project": project } };

/** What is made with the tag will be. */
export const taggedAtCreation = { StringEquals: { "aws:RequestTag/project": project } };

/** Some actions of one service, named without it. */
export const may = (
  service: string,
  actions: readonly string[],
  resources: Statement["Resource"],
  condition?: Statement["Condition"],
): Statement =>
  allow(
    actions.map((action) => `${service}:${action}`),
    resources,
    condition,
  );

/** ARNs of one service in the account and region. */
export const arns = ({ region, account }: Scope, service: string, ...resources: string[]) =>
  resources.map((resource) => `arn:aws:${service}:${region}:${account}:${resource}`);

/** ARNs of what is named by us: `STACK` stands for a name that ends in the stack's. */
export const named = (scope: Scope, service: string, ...resources: string[]) =>
  scope.stacks.flatMap((stack) =>
    arns(scope, service, ...resources.map((one) => one.replace("STACK", `*-${stack}`))),
  );
