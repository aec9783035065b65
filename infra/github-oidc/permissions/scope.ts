import { allow, type Statement } from "../../../components/shared/iamPolicies";

/** What the roles give access to. */
export interface Scope {
  region: string;
  /** The account's id. */
  account: string;
  /** Names of stacks, with `*` for any characters. */
  stacks: readonly string[];
  stateBucket: string;
  /** Key that encrypts the secrets in the stacks' state. */
  secretsKeyArn: string;
}

/** The program's project; its provider also adds the name to everything as a tag. */
export const project = "ecs-handson";

/** Limits access to resources with the program's tag, for those whose names AWS chooses. */
export const tagged = { StringEquals: { "aws:ResourceTag/project": project } };

/** Limits creation to resources with the program's tag. */
export const taggedAtCreation = { StringEquals: { "aws:RequestTag/project": project } };

/** Allows actions of one service, written without its prefix. */
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

/** ARNs of resources that the program names: `STACK` stands for a name that ends with the stack's name. */
export const named = (scope: Scope, service: string, ...resources: string[]) =>
  scope.stacks.flatMap((stack) =>
    arns(scope, service, ...resources.map((one) => one.replace("STACK", `*-${stack}`))),
  );
