import type { Statement } from "../../../components/shared/iamPolicies";
import { https, lookUpHttps } from "./https";
import { identity } from "./identity";
import { network } from "./network";
import { pipeline } from "./pipeline";
import { arns, may, named, type Scope, tagged } from "./scope";
import { services } from "./services";
import { keepState, readCopies } from "./state";

export type { Scope } from "./scope";

/**
 * What a preview needs: the copies of the stacks' states, which have no secrets, and what the program asks of what stands.
 * It changes nothing, not even the state: a preview takes no lock.
 */
export function previewStatements(scope: Scope): Statement[] {
  return [
    ...readCopies(scope),
    may(
      "ec2",
      // The provider reads a VPC's main route table with it.
      ["DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"],
      "*",
    ),
    may("ec2", ["DescribeVpcAttribute"], arns(scope, "ec2", "vpc/*"), tagged),
    may("ecs", ["DescribeServices"], named(scope, "ecs", "service/STACK/*")),
    may("ecr", ["ListImages"], named(scope, "ecr", "repository/STACK/*")),
    // The token with which images are built opens no repository by itself.
    may("ecr", ["GetAuthorizationToken"], "*"),
    may("elasticloadbalancing", ["DescribeRules", "DescribeTags"], "*"),
    ...lookUpHttps(scope),
  ];
}

/**
 * What `pulumi up` and `pulumi destroy` of the program's chapters need. Where AWS knows a resource by a name of ours, the
 * stack's name at its end limits it; where it does not, the program's tag does.
 *
 * Source: the calls that the provider makes for each type of resource, which `tests/permissions/provider` lists.
 */
export function deployStatements(scope: Scope): Statement[] {
  return [
    ...keepState(scope),
    ...network(scope),
    ...services(scope),
    ...pipeline(scope),
    ...https(scope),
    ...lookUpHttps(scope),
    ...identity(scope),
  ];
}

/** Longest managed policy in characters (IAM user guide, "IAM and AWS STS quotas"). */
const longest = 6_144;

/** Most managed policies of a role (same page). */
const most = 10;

/**
 * Shares statements out to as few policies as hold them, in their order.
 *
 * @throws Error if a role could not have as many.
 */
export function sharePolicies(statements: readonly Statement[]): Statement[][] {
  const policies: Statement[][] = [];
  for (const statement of statements) {
    const last = policies.at(-1);
    if (last && documentLength([...last, statement]) <= longest) last.push(statement);
    else policies.push([statement]);
  }
  if (policies.length > most || policies.some((one) => documentLength(one) > longest)) {
    throw new Error(
      `stacks: what they need does not fit into ${String(most)} policies of ${String(longest)} characters; name fewer, with * for those of a class`,
    );
  }
  return policies;
}

const documentLength = (Statement: readonly Statement[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement }).length;
