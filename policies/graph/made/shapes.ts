import * as tokens from "../tokens";
import { field, type Fields, isAbsent, isFields, items, UNKNOWN, type Value } from "../value";
import { camelKeys, tagsOf } from "./names";

/** How a CloudFormation resource looks in the AWS provider. */
interface Shape {
  readonly type: string;
  /** The provider's names of properties, with CloudFormation's names where they differ. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Other differences. */
  readonly more?: (props: Fields) => Fields;
}

/** A resource in the provider's shape. */
export interface Shaped {
  readonly type: string;
  readonly props: Fields;
  /** The source of each property that has another name there. */
  readonly sources: Readonly<Record<string, string>>;
}

/** The network of tasks: the provider has it one level up, with `assignPublicIp` as a boolean. */
export function taskNetwork(network: Value): Value {
  const given = field(network, "awsvpcConfiguration") ?? field(network, "awsVpcConfiguration");
  if (!isFields(given)) return given === UNKNOWN ? UNKNOWN : network;
  const { assignPublicIp } = given;
  return {
    ...given,
    assignPublicIp: assignPublicIp === UNKNOWN ? UNKNOWN : assignPublicIp === "ENABLED",
  };
}
const network = ({ networkConfiguration }: Fields): Fields => ({
  networkConfiguration: taskNetwork(networkConfiguration),
});

const one = (value: Value): Value => (value === undefined ? undefined : [value]);

/** A rule that is written inside a security group. */
function ruleEntry(rule: Value): Value {
  if (!isFields(rule)) return rule;
  const { cidrIp, cidrIpv6, ipProtocol, sourcePrefixListId, fromPort, toPort } = rule;
  const source = rule.sourceSecurityGroupId ?? rule.sourceSecurityGroupName;
  const group = source ?? rule.destinationSecurityGroupId;
  return {
    ...{ protocol: ipProtocol, fromPort, toPort },
    ...{ cidrBlocks: one(cidrIp), ipv6CidrBlocks: one(cidrIpv6) },
    ...{ securityGroups: one(group), prefixListIds: one(sourcePrefixListId) },
  };
}

/** A load balancer's attributes, which are properties in the provider. */
function loadBalancer({ scheme, attributes }: Fields): Fields {
  const attribute = (key: string): Value =>
    field(
      items(attributes).find((each) => field(each, "key") === key),
      "value",
    );
  return {
    internal: scheme === UNKNOWN ? UNKNOWN : scheme === "internal",
    dropInvalidHeaderFields: attribute("routing.http.drop_invalid_header_fields.enabled"),
    enableDeletionProtection: attribute("deletion_protection.enabled"),
    accessLogs: { enabled: attribute("access_logs.s3.enabled") },
  };
}

/** The actions of listeners and their rules. */
const actions = (given: Value): Value =>
  items(given).map((action) =>
    isFields(action) ? { ...action, redirect: action.redirectConfig } : action,
  );

const policies = ({ inlinePolicies }: Fields): Fields => ({
  inlinePolicies: items(inlinePolicies).map((each) =>
    isFields(each) ? { name: each.policyName, policy: each.policyDocument } : each,
  ),
});

const policy = (kind: string): Shape => ({
  type: `aws:iam/${kind}`,
  renamed: { policy: "policyDocument" },
});
const owner = { renamed: { inlinePolicies: "policies" }, more: policies };
const renamed = (type: string, names: Shape["renamed"] = {}): Shape => ({ type, renamed: names });
const strategies = { defaultCapacityProviderStrategies: "defaultCapacityProviderStrategy" };

/** Volumes whose path on the instance is one level deeper than in the provider's task definitions. */
export const hostVolumes = (volumes: Value): readonly Value[] =>
  items(volumes).map((volume) => {
    if (!isFields(volume)) return volume;
    const [host] = items(volume.host ?? volume.hosts);
    return { ...volume, hostPath: volume.hostPath ?? field(host, "sourcePath") };
  });

const buildSource = (source: Value): Value =>
  isFields(source) ? { ...source, buildspec: source.buildSpec } : source;

const project = ({ source, secondarySources, logsConfig }: Fields): Fields => ({
  source: buildSource(source),
  secondarySources: items(secondarySources).map(buildSource),
  logsConfig: isFields(logsConfig)
    ? { ...logsConfig, cloudwatchLogs: logsConfig.cloudWatchLogs }
    : logsConfig,
});

/** A pipeline's actions, whose owner and provider are in a separate object, and its one or several artifact stores. */
const pipeline = ({ stages, artifactStore, artifactStores }: Fields): Fields => ({
  artifactStores: isAbsent(artifactStores)
    ? one(artifactStore)
    : items(artifactStores).map((each) => field(each, "artifactStore")),
  stages: items(stages).map((stage) =>
    isFields(stage) ? { ...stage, actions: items(stage.actions).map(pipelineAction) } : stage,
  ),
});
const pipelineAction = (action: Value): Value => {
  if (!isFields(action)) return action;
  const [owner, provider] = ["owner", "provider"].map((name) => field(action.actionTypeId, name));
  return { ...action, owner, provider };
};

/** By CloudFormation type, without `AWS::` and in lower case, as in the Cloud Control provider's tokens. */
const SHAPES: Readonly<Record<string, Shape>> = {
  "ecs:taskdefinition": {
    type: tokens.TASK_DEFINITION,
    more: ({ volumes }) => ({ volumes: hostVolumes(volumes) }),
  },
  "ecs:daemontaskdefinition": renamed(tokens.DAEMON_TASK_DEFINITION),
  "ecs:service": {
    type: tokens.SERVICE,
    renamed: { name: "serviceName", capacityProviderStrategies: "capacityProviderStrategy" },
    more: network,
  },
  "ecs:taskset": { type: tokens.TASK_SET, more: network },
  "ecs:expressgatewayservice": renamed(tokens.EXPRESS_SERVICE, {
    ...{ networkConfigurations: "networkConfiguration", scalingTargets: "scalingTarget" },
  }),
  "ecs:cluster": {
    type: tokens.CLUSTER,
    renamed: { name: "clusterName", settings: "clusterSettings", ...strategies },
    // `configuration` is left as it is elsewhere, because in a pipeline the user chooses the names inside it.
    more: ({ configuration }) => ({ configuration: camelKeys(configuration) }),
  },
  "ecs:clustercapacityproviderassociations": renamed(tokens.CLUSTER_CAPACITY_PROVIDERS, {
    clusterName: "cluster",
    ...strategies,
  }),
  "ecs:capacityprovider": renamed(tokens.CAPACITY_PROVIDER),
  "events:rule": renamed(tokens.EVENT_RULE),
  "scheduler:schedule": renamed(tokens.SCHEDULE),
  "pipes:pipe": renamed(tokens.PIPE),
  "stepfunctions:statemachine": renamed(tokens.STATE_MACHINE, { definition: "definitionString" }),
  "ec2:vpc": renamed("aws:ec2/vpc:Vpc"),
  "ec2:vpccidrblock": renamed(tokens.VPC_CIDR_ASSOCIATIONS[0] ?? ""),
  "ec2:subnet": renamed(tokens.SUBNET),
  "ec2:natgateway": renamed(tokens.NAT_GATEWAY),
  "ec2:eip": renamed(tokens.EIP),
  "ec2:prefixlist": renamed(tokens.PREFIX_LIST),
  "ec2:securitygroup": {
    type: tokens.SECURITY_GROUP,
    renamed: {
      ...{ ingress: "securityGroupIngress", egress: "securityGroupEgress" },
      ...{ description: "groupDescription", name: "groupName" },
    },
    more: ({ ingress, egress }) => ({
      ingress: items(ingress).map(ruleEntry),
      egress: items(egress).map(ruleEntry),
    }),
  },
  "ec2:securitygroupingress": renamed(tokens.INGRESS_RULE, {
    ...{ securityGroupId: "groupId", cidrIpv4: "cidrIp" },
    ...{ referencedSecurityGroupId: "sourceSecurityGroupId", prefixListId: "sourcePrefixListId" },
  }),
  "ec2:securitygroupegress": renamed(tokens.EGRESS_RULE, {
    ...{ securityGroupId: "groupId", cidrIpv4: "cidrIp" },
  }),
  "ec2:flowlog": renamed(tokens.FLOW_LOG, { vpcId: "resourceId" }),
  "ec2:securitygroupvpcassociation": renamed(tokens.GROUP_VPC_ASSOCIATION, {
    securityGroupId: "groupId",
  }),
  "ec2:launchtemplate": {
    type: tokens.LAUNCH_TEMPLATE,
    more: ({ launchTemplateData: data }) =>
      isFields(data) ? data : data === UNKNOWN ? { metadataOptions: UNKNOWN } : {},
  },
  "ec2:instance": renamed(tokens.INSTANCE),
  "ec2:spotfleet": {
    type: tokens.SPOT_FLEET,
    more: ({ spotFleetRequestConfigData: data }) =>
      isFields(data) ? data : { launchSpecifications: data },
  },
  "autoscaling:launchconfiguration": renamed(tokens.LAUNCH_CONFIGURATION),
  "autoscaling:autoscalinggroup": renamed(tokens.AUTO_SCALING_GROUP, {
    protectFromScaleIn: "newInstancesProtectedFromScaleIn",
  }),
  "elasticloadbalancing:loadbalancer": {
    type: tokens.CLASSIC_LOAD_BALANCER,
    more: ({ scheme, listeners }) => ({
      internal: scheme === "internal",
      listeners: items(listeners).map((each) =>
        isFields(each) ? { ...each, lbProtocol: each.protocol } : each,
      ),
    }),
  },
  "elasticloadbalancingv2:loadbalancer": {
    type: tokens.LOAD_BALANCERS[0] ?? "",
    renamed: { loadBalancerType: "type", attributes: "loadBalancerAttributes" },
    more: loadBalancer,
  },
  "elasticloadbalancingv2:listener": {
    type: tokens.LISTENERS[0] ?? "",
    more: ({ defaultActions }) => ({ defaultActions: actions(defaultActions) }),
  },
  "elasticloadbalancingv2:listenerrule": {
    type: tokens.LISTENER_RULES[0] ?? "",
    more: (props) => ({ actions: actions(props.actions) }),
  },
  "elasticloadbalancingv2:targetgroup": renamed(tokens.TARGET_GROUPS[0] ?? ""),
  "iam:role": {
    type: tokens.ROLE,
    renamed: {
      ...{ name: "roleName", assumeRolePolicy: "assumeRolePolicyDocument" },
      inlinePolicies: "policies",
    },
    more: policies,
  },
  "iam:user": { type: "aws:iam/userPolicy:UserPolicy", ...owner },
  "iam:group": { type: "aws:iam/groupPolicy:GroupPolicy", ...owner },
  "iam:policy": policy("rolePolicy:RolePolicy"),
  "iam:rolepolicy": policy("rolePolicy:RolePolicy"),
  "iam:userpolicy": policy("userPolicy:UserPolicy"),
  "iam:grouppolicy": policy("groupPolicy:GroupPolicy"),
  "iam:managedpolicy": policy("policy:Policy"),
  "ecr:repository": {
    type: tokens.ECR_REPOSITORY,
    renamed: { name: "repositoryName" },
    more: ({ imageTagMutabilityExclusionFilters: filters }) => ({
      imageTagMutabilityExclusionFilters: items(filters).map((filter) => ({
        filterType: field(filter, "imageTagMutabilityExclusionFilterType"),
        filter: field(filter, "imageTagMutabilityExclusionFilterValue"),
      })),
    }),
  },
  "ecr:repositorycreationtemplate": renamed(tokens.ECR_CREATION_TEMPLATE),
  "ecr:registrypolicy": renamed(tokens.ECR_POLICIES[1] ?? "", { policy: "policyText" }),
  "codebuild:project": { type: tokens.CODEBUILD_PROJECT, more: project },
  "codepipeline:pipeline": { type: tokens.PIPELINE, more: pipeline },
  "batch:jobdefinition": renamed(tokens.BATCH_JOB),
  "lambda:function": renamed(tokens.LAMBDA_FUNCTION),
  "serverless:function": renamed(tokens.LAMBDA_FUNCTION),
  "serverless:statemachine": renamed(tokens.STATE_MACHINE),
  "amplify:app": renamed(tokens.AMPLIFY[0] ?? ""),
  "amplify:branch": renamed(tokens.AMPLIFY[1] ?? ""),
  "glue:job": renamed(tokens.GLUE_JOB),
  "apprunner:service": renamed(tokens.APP_RUNNER_SERVICE),
  "elasticbeanstalk:environment": renamed(tokens.BEANSTALK, { settings: "optionSettings" }),
  "efs:filesystem": renamed(tokens.EFS),
  "ssm:parameter": renamed(tokens.SSM_PARAMETER),
  "wafv2:webaclassociation": renamed(tokens.WAF_ASSOCIATION),
  "logs:loggroup": renamed(tokens.LOG_GROUP, { name: "logGroupName" }),
  "secretsmanager:secret": renamed(tokens.SECRET),
  "kms:key": renamed(tokens.KMS_KEY),
};

/** `AWS::ECS::TaskDefinition` and `aws-native:ecs:TaskDefinition` as keys of the table. */
const keyOf = (service: string, name: string): string => `${service}:${name}`.toLowerCase();

/**
 * Converts a CloudFormation resource to the AWS provider's shape, which is what rules read.
 * Sources: the schemas of both; CloudFormation Template Reference.
 *
 * @returns undefined for types that no rule looks at
 */
export function shaped(service: string, name: string, given: Fields): Shaped | undefined {
  const shape = SHAPES[keyOf(service, name)];
  if (!shape) return undefined;
  const props = camelKeys(given) as Fields;
  const sources = shape.renamed ?? {};
  const own: Fields = Object.fromEntries(
    Object.entries(sources)
      .filter(([, source]) => source in props)
      .map(([name, source]): [string, Value] => [name, props[source]]),
  );
  const both: Fields = { ...props, ...own };
  const all: Fields = { ...both, ...shape.more?.(both), tags: tagsOf(props.tags) };
  return { type: shape.type, props: all, sources };
}

/** The provider's token for a CloudFormation type; `undefined` for types that no rule looks at. */
export function classicToken(service: string, name: string): string | undefined {
  return SHAPES[keyOf(service, name)]?.type;
}
