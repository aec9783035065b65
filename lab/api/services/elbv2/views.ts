import type { ResourceRecord } from "../../../account/record";
import type { Properties } from "../../../account/resourceType";
import type { TargetHealth } from "../../../runtime/dataplane/alb/targetGroup";
import { defined, textOf } from "../../records";
import type { Api } from "../../service";
import { pascal } from "../pascal";

interface RecordedAction extends Properties {
  readonly targetGroupArn?: string;
  readonly forward?: {
    readonly targetGroups?: readonly { arn: string; weight?: number }[];
    readonly stickiness?: { readonly duration: number; readonly enabled?: boolean };
  };
}

/** Target groups that actions forward to. */
export function forwardedTo(actions: unknown): string[] {
  return ((actions ?? []) as RecordedAction[]).flatMap(({ targetGroupArn, forward }) => [
    ...(targetGroupArn ? [targetGroupArn] : []),
    ...(forward?.targetGroups ?? []).map(({ arn }) => arn),
  ]);
}

export function describeLoadBalancer({ account }: Api, record: ResourceRecord): object {
  const { outputs } = record;
  const subnets = (outputs.subnets ?? []) as string[];
  return {
    LoadBalancerArn: record.id,
    DNSName: outputs.dnsName,
    CanonicalHostedZoneId: outputs.zoneId,
    LoadBalancerName: outputs.name,
    Scheme: outputs.internal === true ? "internal" : "internet-facing",
    VpcId: outputs.vpcId,
    State: { Code: "active" },
    Type: "application",
    AvailabilityZones: subnets.map((SubnetId) => ({
      SubnetId,
      ZoneName: account.get("aws:ec2/subnet:Subnet", SubnetId)?.outputs.availabilityZone ?? "",
      LoadBalancerAddresses: [],
    })),
    SecurityGroups: outputs.securityGroups ?? [],
    IpAddressType: outputs.ipAddressType ?? "ipv4",
  };
}

export function describeListener(record: ResourceRecord): object {
  const { outputs } = record;
  return defined({
    ListenerArn: record.id,
    LoadBalancerArn: outputs.loadBalancerArn,
    Port: outputs.port,
    Protocol: outputs.protocol,
    Certificates: textOf(record, "certificateArn") && [{ CertificateArn: outputs.certificateArn }],
    SslPolicy: textOf(record, "sslPolicy"),
    DefaultActions: actionsOf(outputs.defaultActions),
  });
}

export function describeRule({ id, outputs }: ResourceRecord): object {
  return {
    RuleArn: id,
    Priority: String(outputs.priority),
    Conditions: ((outputs.conditions ?? []) as Properties[]).map(describeCondition),
    Actions: actionsOf(outputs.actions),
    IsDefault: false,
  };
}

/** A listener's default actions, which AWS also represents as a rule. */
export function describeDefaultRule({ id, outputs }: ResourceRecord): object {
  return {
    RuleArn: `${id.replace(":listener/", ":listener-rule/")}/default`,
    Priority: "default",
    Conditions: [],
    Actions: actionsOf(outputs.defaultActions),
    IsDefault: true,
  };
}

export function describeTargetGroup(record: ResourceRecord, balancers: readonly string[]): object {
  const { outputs } = record;
  const check = (outputs.healthCheck ?? {}) as Properties;
  return defined({
    TargetGroupArn: record.id,
    TargetGroupName: outputs.name,
    Protocol: outputs.protocol,
    ProtocolVersion: outputs.protocolVersion,
    Port: outputs.port,
    VpcId: outputs.vpcId,
    TargetType: outputs.targetType,
    IpAddressType: outputs.ipAddressType,
    HealthCheckEnabled: check.enabled ?? true,
    HealthCheckProtocol: check.protocol ?? "HTTP",
    HealthCheckPort: check.port ?? "traffic-port",
    HealthCheckPath: check.path,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    Matcher: check.matcher === undefined ? undefined : { HttpCode: check.matcher },
    LoadBalancerArns: balancers,
  });
}

export function describeTarget({ address, state, reason, description }: TargetHealth) {
  const [Id = "", port] = address.split(":");
  return {
    Target: { Id, Port: Number(port) },
    HealthCheckPort: port,
    TargetHealth: defined({ State: state, Reason: reason, Description: description }),
  };
}

function actionsOf(actions: unknown): object[] {
  return ((actions ?? []) as RecordedAction[]).map((action) => {
    const { type, order, targetGroupArn, forward, fixedResponse, redirect } = action;
    const groups = forward?.targetGroups ?? (targetGroupArn ? [{ arn: targetGroupArn }] : []);
    const { stickiness } = forward ?? {};
    return defined({
      Type: type,
      Order: order,
      // If there is only one target group, AWS also returns it here.
      TargetGroupArn: groups.length === 1 ? groups[0]?.arn : undefined,
      ForwardConfig:
        groups.length === 0
          ? undefined
          : {
              TargetGroups: groups.map(({ arn, weight = 1 }) => ({
                TargetGroupArn: arn,
                Weight: weight,
              })),
              TargetGroupStickinessConfig: defined({
                Enabled: stickiness?.enabled ?? false,
                DurationSeconds: stickiness?.duration,
              }),
            },
      FixedResponseConfig: pascal(fixedResponse),
      RedirectConfig: pascal(redirect),
    });
  });
}

/** Fields of conditions, by the provider's property. */
const FIELDS: Readonly<Record<string, string>> = {
  hostHeader: "host-header",
  pathPattern: "path-pattern",
  httpHeader: "http-header",
  httpRequestMethod: "http-request-method",
  queryStrings: "query-string",
  sourceIp: "source-ip",
};

function describeCondition(condition: Properties): object {
  const [key = "", value] =
    Object.entries(condition).find(([name, one]) => name in FIELDS && one != null) ?? [];
  const config = Array.isArray(value) ? { values: value } : value;
  const values = (config as { values?: unknown[] } | undefined)?.values ?? [];
  const name = key === "queryStrings" ? "QueryString" : key.charAt(0).toUpperCase() + key.slice(1);
  const isPlain = key === "hostHeader" || key === "pathPattern";
  return {
    Field: FIELDS[key],
    ...(isPlain ? { Values: values } : {}),
    [`${name}Config`]: pascal(config),
  };
}
