import type { Statement } from "../../../components/shared/iamPolicies";
import { may, type Scope } from "./scope";

/** The beginnings of the program's names in IAM; `components/shared/names.ts` appends the stack. */
const profileBases = ["ecsHandsOn", "ecsInstanceRole"];
const bases = [
  ...["handson", "nginx", "cicd", "managed", "express", "auth", "products", "shop"],
  ...profileBases,
];

/** AWS managed policies that the program attaches to the roles with which ECS manages infrastructure. */
const infrastructurePolicies = [
  "AmazonECSInfrastructureRolePolicyForManagedInstances",
  "service-role/AmazonECSInfrastructureRoleforExpressGatewayServices",
].map((name) => `arn:aws:iam::aws:policy/${name}`);

/** The only AWS services to which the program passes roles. */
const roleUsers = [
  "codebuild",
  "codedeploy",
  "codepipeline",
  "ec2",
  "ecs",
  "ecs-tasks",
  "events",
].map((service) => `${service}.amazonaws.com`);

/** Services that create a service-linked role in an account that has not used them yet. */
const roleMakers = [
  "autoscaling",
  "codestar-notifications",
  "ecs",
  "ecs-compute",
  "ecs.application-autoscaling",
  "elasticloadbalancing",
].map((service) => `${service}.amazonaws.com`);

/**
 * The program's roles, identified by the beginning and the end of their names. Whoever can write a role's policies can
 * give it any permission, so these roles can only be passed to the services that the program passes them to, and the
 * environment `deploy` should require an approval.
 */
export function identity({ account, stacks }: Scope): Statement[] {
  const rolesOf = (names: readonly string[]) =>
    stacks.flatMap((stack) =>
      names.map((name) => `arn:aws:iam::${account}:role/${name}*-${stack}`),
    );
  const roles = rolesOf(bases);
  const profiles = stacks.flatMap((stack) =>
    profileBases.map((base) => `arn:aws:iam::${account}:instance-profile/${base}*-${stack}`),
  );
  return [
    may(
      "iam",
      [
        ...["CreateRole", "DeleteRole", "DeleteRolePolicy", "DetachRolePolicy"],
        ...[
          "GetRole",
          "GetRolePolicy",
          "ListAttachedRolePolicies",
          "ListInstanceProfilesForRole",
          "ListRolePolicies",
        ],
        ...["PutRolePolicy", "TagRole", "UntagRole", "UpdateAssumeRolePolicy"],
      ],
      roles,
    ),
    may("iam", ["AttachRolePolicy"], rolesOf(["managed", "express"]), {
      ArnEquals: { "iam:PolicyARN": infrastructurePolicies },
    }),
    may("iam", ["PassRole"], roles, {
      StringEquals: { "iam:PassedToService": roleUsers },
    }),
    may(
      "iam",
      [
        ...["AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile"],
        ...["GetInstanceProfile", "RemoveRoleFromInstanceProfile", "TagInstanceProfile"],
        "UntagInstanceProfile",
      ],
      profiles,
    ),
    may("iam", ["CreateServiceLinkedRole"], `arn:aws:iam::${account}:role/aws-service-role/*`, {
      StringEquals: { "iam:AWSServiceName": roleMakers },
    }),
  ];
}
