import type { Statement } from "../../../components/shared/iamPolicies";
import { may, type Scope } from "./scope";

/** How the program's names begin, for IAM: `components/shared/names.ts` adds the stack. */
const profileBases = ["ecsHandsOn", "ecsInstanceRole"];
const bases = [
  ...["handson", "nginx", "cicd", "managed", "express", "auth", "products", "shop"],
  ...profileBases,
];

/** Policies of AWS's own that the program attaches, to the roles by which ECS makes what is its own. */
const infrastructurePolicies = [
  "AmazonECSInfrastructureRolePolicyForManagedInstances",
  "service-role/AmazonECSInfrastructureRoleforExpressGatewayServices",
].map((name) => `arn:aws:iam::aws:policy/${name}`);

/** Services of AWS that the program gives roles to, and no others get one. */
const roleUsers = [
  "codebuild",
  "codedeploy",
  "codepipeline",
  "ec2",
  "ecs",
  "ecs-tasks",
  "events",
].map((service) => `${service}.amazonaws.com`);

/** Services that make a role of their own in an account that has not used them yet. */
const roleMakers = [
  "autoscaling",
  "codestar-notifications",
  "ecs",
  "ecs-compute",
  "ecs.application-autoscaling",
  "elasticloadbalancing",
].map((service) => `${service}.amazonaws.com`);

/**
 * Roles of the program, by both ends of their names. Whoever writes a role's policies can give it anything, so these
 * roles may be handed to nothing but the services that the program gives them to, and the environment `deploy` should
 * ask somebody first.
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
