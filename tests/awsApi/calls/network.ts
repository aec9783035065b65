import { call } from "../call";
import {
  attributes,
  block,
  blocks,
  type CallsOf,
  type Inputs,
  type Made,
  nameOf,
  tagSpecifications,
  when,
  without,
} from "./resource";

/** ec2/vpc_security_group_ingress_rule.go: one rule is one permission. */
const permission = ({ inputs }: Made) => {
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId: group, ...rest } = inputs;
  const { description: Description, securityGroupId, ...ports } = rest;
  const one = (range: object | false) => (range ? [{ ...range, Description }] : undefined);
  return {
    GroupId: securityGroupId,
    IpPermissions: [
      {
        ...ports,
        IpRanges: one(cidrIpv4 !== undefined && { CidrIp: cidrIpv4 }),
        Ipv6Ranges: one(cidrIpv6 !== undefined && { CidrIpv6: cidrIpv6 }),
        PrefixListIds: one(prefixListId !== undefined && { PrefixListId: prefixListId }),
        UserIdGroupPairs: one(group !== undefined && { GroupId: group }),
      },
    ],
  };
};

const rule = (direction: "Ingress" | "Egress"): CallsOf => {
  return (made) => [
    call(`ec2:AuthorizeSecurityGroup${direction}`, {
      ...permission(made),
      TagSpecifications: tagSpecifications("security-group-rule", made.tags),
    }),
  ];
};

/** ec2/vpc_security_group.go and its neighbours; what awsx creates for a VPC. */
export const network: Record<string, CallsOf> = {
  "aws:ec2/securityGroup:SecurityGroup": (made) => [
    call("ec2:CreateSecurityGroup", {
      // The provider's default.
      description: "Managed by Pulumi",
      ...without(made.inputs, "name", "revokeRulesOnDelete"),
      groupName: nameOf(made),
      tagSpecifications: tagSpecifications("security-group", made.tags),
    }),
  ],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": rule("Ingress"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": rule("Egress"),
  "aws:ec2/vpc:Vpc": ({ inputs, tags, id }) => [
    call("ec2:CreateVpc", {
      ...without(inputs, "enableDnsHostnames", "enableDnsSupport"),
      tagSpecifications: tagSpecifications("vpc", tags),
    }),
    ...["enableDnsHostnames", "enableDnsSupport"].flatMap((attribute) =>
      when(inputs[attribute], () =>
        call("ec2:ModifyVpcAttribute", { VpcId: id, [attribute]: { Value: inputs[attribute] } }),
      ),
    ),
  ],
  "aws:ec2/internetGateway:InternetGateway": ({ inputs, tags, id }) => [
    call("ec2:CreateInternetGateway", {
      TagSpecifications: tagSpecifications("internet-gateway", tags),
    }),
    call("ec2:AttachInternetGateway", { ...inputs, InternetGatewayId: id }),
  ],
  "aws:ec2/subnet:Subnet": ({ inputs, tags, id }) => [
    call("ec2:CreateSubnet", {
      ...without(inputs, "mapPublicIpOnLaunch"),
      tagSpecifications: tagSpecifications("subnet", tags),
    }),
    call("ec2:ModifySubnetAttribute", {
      SubnetId: id,
      MapPublicIpOnLaunch: { Value: inputs.mapPublicIpOnLaunch },
    }),
  ],
  "aws:ec2/routeTable:RouteTable": ({ inputs, tags }) => [
    call("ec2:CreateRouteTable", {
      ...inputs,
      tagSpecifications: tagSpecifications("route-table", tags),
    }),
  ],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ({ inputs }) => [
    call("ec2:AssociateRouteTable", inputs),
  ],
  "aws:ec2/route:Route": ({ inputs }) => [call("ec2:CreateRoute", inputs)],
  "aws:ec2/eip:Eip": ({ inputs, tags }) => [
    call("ec2:AllocateAddress", {
      Domain: "vpc",
      ...inputs,
      TagSpecifications: tagSpecifications("elastic-ip", tags),
    }),
  ],
  "aws:ec2/natGateway:NatGateway": ({ inputs, tags }) => [
    call("ec2:CreateNatGateway", {
      ...inputs,
      TagSpecifications: tagSpecifications("natgateway", tags),
    }),
  ],
  // ec2/vpc_flow_log.go
  "aws:ec2/flowLog:FlowLog": ({ inputs: { vpcId, iamRoleArn, ...inputs }, tags }) => [
    call("ec2:CreateFlowLogs", {
      ...inputs,
      ResourceIds: [vpcId],
      ResourceType: "VPC",
      DeliverLogsPermissionArn: iamRoleArn,
      TagSpecifications: tagSpecifications("vpc-flow-log", tags),
    }),
  ],
};

/** elbv2/load_balancer.go: the inputs that the API takes as attributes. */
const balancerAttributes = (inputs: Inputs) => {
  const logs = block(inputs.accessLogs);
  return attributes({
    "access_logs.s3.bucket": logs.bucket,
    "access_logs.s3.enabled": logs.enabled,
    "access_logs.s3.prefix": logs.prefix,
    "deletion_protection.enabled": inputs.enableDeletionProtection,
    "idle_timeout.timeout_seconds": inputs.idleTimeout,
    "routing.http.drop_invalid_header_fields.enabled": inputs.dropInvalidHeaderFields,
  });
};

/** elbv2/target_group.go, expandTargetGroupHealthCheck. */
const healthCheckOf = (check: Inputs, { protocolVersion }: Inputs) => ({
  HealthCheckEnabled: check.enabled,
  HealthCheckIntervalSeconds: check.interval,
  HealthCheckPath: check.path,
  HealthCheckPort: check.port,
  HealthCheckProtocol: check.protocol,
  HealthCheckTimeoutSeconds: check.timeout,
  HealthyThresholdCount: check.healthyThreshold,
  UnhealthyThresholdCount: check.unhealthyThreshold,
  Matcher:
    check.matcher === undefined
      ? undefined
      : { [protocolVersion === "GRPC" ? "GrpcCode" : "HttpCode"]: check.matcher },
});

/** elbv2/listener.go, expandLbListenerActions: numbered in order if there is more than one. */
const actionNames = {
  arn: "TargetGroupArn",
  fixedResponse: "FixedResponseConfig",
  forward: "ForwardConfig",
  redirect: "RedirectConfig",
  stickiness: "TargetGroupStickinessConfig",
  duration: "DurationSeconds",
};

/** elbv2/listener_rule.go, expandRuleConditions: AWS's name of the field for each kind of condition. */
const conditionFields: Record<string, readonly [field: string, config: string]> = {
  hostHeader: ["host-header", "HostHeaderConfig"],
  httpHeader: ["http-header", "HttpHeaderConfig"],
  pathPattern: ["path-pattern", "PathPatternConfig"],
};

const conditionOf = (condition: Inputs) => {
  const [kind = "", ...more] = Object.keys(condition);
  const known = conditionFields[kind];
  if (!known || more.length > 0) throw new Error(`a condition on ${Object.keys(condition).join()}`);
  return { Field: known[0], [known[1]]: condition[kind] };
};

export const loadBalancing: Record<string, CallsOf> = {
  "aws:lb/loadBalancer:LoadBalancer": (made) => {
    const { internal, loadBalancerType, ...inputs } = made.inputs;
    const set = [
      "accessLogs",
      "dropInvalidHeaderFields",
      "enableDeletionProtection",
      "idleTimeout",
    ];
    return [
      call("elbv2:CreateLoadBalancer", {
        ...without(inputs, "name", ...set),
        name: nameOf(made),
        type: loadBalancerType,
        scheme: internal === true ? "internal" : undefined,
      }),
      call("elbv2:ModifyLoadBalancerAttributes", {
        LoadBalancerArn: made.arn,
        Attributes: balancerAttributes(inputs),
      }),
    ];
  },
  "aws:lb/targetGroup:TargetGroup": (made) => {
    const { deregistrationDelay, slowStart, healthCheck, ...inputs } = made.inputs;
    const check = healthCheckOf(block(healthCheck), inputs);
    return [
      call("elbv2:CreateTargetGroup", { ...inputs, ...check, name: nameOf(made) }),
      call("elbv2:ModifyTargetGroup", { ...check, TargetGroupArn: made.arn }),
      call("elbv2:ModifyTargetGroupAttributes", {
        TargetGroupArn: made.arn,
        Attributes: attributes({
          "deregistration_delay.timeout_seconds": deregistrationDelay,
          "slow_start.duration_seconds": slowStart,
        }),
      }),
    ];
  },
  "aws:lb/listener:Listener": ({ inputs }) => {
    const { certificateArn, ...rest } = inputs;
    return [
      call(
        "elbv2:CreateListener",
        {
          ...rest,
          certificates:
            certificateArn === undefined ? undefined : [{ CertificateArn: certificateArn }],
        },
        actionNames,
      ),
    ];
  },
  "aws:lb/listenerRule:ListenerRule": ({ inputs }) => [
    call(
      "elbv2:CreateRule",
      { ...inputs, conditions: blocks(inputs.conditions).map(conditionOf) },
      actionNames,
    ),
  ],
};

/** wafv2/web_acl_association.go */
export const firewalls: Record<string, CallsOf> = {
  "aws:wafv2/webAclAssociation:WebAclAssociation": ({ inputs }) => [
    call("wafv2:AssociateWebACL", inputs, { webAclArn: "WebACLArn" }),
  ],
};

/** acm/certificate.go, acm/certificate_validation.go, route53/record.go, servicediscovery/http_namespace.go. */
export const names: Record<string, CallsOf> = {
  // Without further names the member is left out.
  "aws:acm/certificate:Certificate": ({
    inputs: { subjectAlternativeNames: names, ...inputs },
  }) => [
    call("acm:RequestCertificate", {
      ...inputs,
      ...((names as string[] | undefined)?.length && { subjectAlternativeNames: names }),
    }),
  ],
  "aws:acm/certificateValidation:CertificateValidation": ({ inputs }) => [
    call("acm:DescribeCertificate", without(inputs, "validationRecordFqdns")),
  ],
  "aws:route53/record:Record": ({ inputs }) => {
    const { aliases, records, name, ttl, type, ...rest } = inputs;
    const alias = block(aliases);
    const set = {
      Name: name,
      Type: type,
      TTL: ttl,
      ResourceRecords: records && (records as string[]).map((Value) => ({ Value })),
      AliasTarget: aliases && {
        DNSName: alias.name,
        EvaluateTargetHealth: alias.evaluateTargetHealth,
        HostedZoneId: alias.zoneId,
      },
    };
    return [
      call(
        "route53:ChangeResourceRecordSets",
        {
          ...without(rest, "allowOverwrite"),
          ChangeBatch: { Changes: [{ Action: "UPSERT", ResourceRecordSet: set }] },
        },
        { zoneId: "HostedZoneId" },
      ),
    ];
  },
  "aws:servicediscovery/httpNamespace:HttpNamespace": (made) => [
    call("servicediscovery:CreateHttpNamespace", { ...made.inputs, name: nameOf(made) }),
  ],
};
