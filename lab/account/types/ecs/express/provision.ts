import { isDeepStrictEqual } from "node:util";

import { lastPart } from "../../../../shared/lastPart";
import type { LiveAccount, ResourceRecord } from "../../../record";
import type { AnyResourceType, Properties } from "../../../resourceType";
import { withDefaults } from "../../../schema";
import { certificate } from "../../acm/certificate";
import { policy } from "../../appautoscaling/policy";
import { target } from "../../appautoscaling/target";
import { metricAlarm } from "../../cloudwatch";
import { logGroup } from "../../cloudwatchlogs";
import { ensureDefaultVpc } from "../../ec2/defaultNetwork";
import { securityGroup } from "../../ec2/securityGroup";
import { SUBNET, VPC } from "../../ec2/tokens";
import type { ListenerAction } from "../../elasticloadbalancingv2/action";
import { listener } from "../../elasticloadbalancingv2/listener";
import { listenerCertificate } from "../../elasticloadbalancingv2/listenerCertificate";
import { listenerRule } from "../../elasticloadbalancingv2/listenerRule";
import { loadBalancer } from "../../elasticloadbalancingv2/loadBalancer";
import { listenersOf } from "../../elasticloadbalancingv2/lookups";
import { targetGroup } from "../../elasticloadbalancingv2/targetGroup";
import { cluster } from "../cluster";
import { service } from "../service";
import { taskDefinition } from "../taskDefinition";
import { type ExpressInputs, type ExpressSettings, expressSettings } from "./inputs";
import { madeFor, ownUrn, rulesBehind, sharedUrn } from "./made";
import { arePublic, sharedBalancer, subnetsOf } from "./network";
import * as parts from "./parts";
import { taskOf } from "./taskOf";

/** Random parts of the names of a service's resources, chosen once. */
interface Drawn {
  readonly domain: string;
  readonly suffix: string;
}

/**
 * Creates the resources that ECS creates for an Express service, or updates them to match the service. Existing
 * resources are kept, so that the next change completes a service whose creation was interrupted.
 *
 * Each step checks and creates synchronously, so that of two services created at once only one creates what they share.
 *
 * Source: Amazon ECS developer guide, "Resources created by Amazon ECS Express Mode services". Names as accounts have
 * them: `ecs-express-gateway-alb-…`, `ecs-gateway-tg-…`, `/aws/ecs/<cluster>/<service>-…`.
 */
export async function provision(account: LiveAccount, record: ResourceRecord): Promise<void> {
  await new Provisioning(account, record).run();
}

class Provisioning {
  private readonly inputs: ExpressInputs;
  private readonly settings: ExpressSettings;
  private readonly cluster: string;
  private readonly name: string;
  private readonly region: string;
  private readonly drawn: Drawn;

  constructor(
    private readonly account: LiveAccount,
    private readonly record: ResourceRecord,
  ) {
    const { inputs, outputs } = record;
    this.inputs = inputs as unknown as ExpressInputs;
    this.settings = expressSettings(this.inputs);
    // It may be given as an ARN.
    this.cluster = lastPart(String(outputs.cluster));
    this.name = String(outputs.serviceName);
    this.region = String(outputs.region);
    this.drawn = outputs.made as Drawn;
  }

  async run(): Promise<void> {
    await this.defaults();
    const subnets = subnetsOf(this.account, this.inputs, this.region);
    const vpcId = String(this.account.get(SUBNET, subnets[0] ?? "")?.outputs.vpcId);
    const balancer = await this.balancer(subnets, vpcId);
    const [balancerGroupId = ""] = balancer.outputs.securityGroups as string[];
    const group = await this.taskGroup(vpcId, balancerGroupId);
    const groups: [ResourceRecord, ResourceRecord] = [
      await this.targetGroup("0", vpcId),
      await this.targetGroup("1", vpcId),
    ];
    const rule = await this.rule(await this.listener(balancer), groups);
    const alarm = await this.own(metricAlarm, (name) =>
      parts.rollbackAlarm(name, String(balancer.outputs.arnSuffix), suffixesOf(groups)),
    )(`ecs-express-${this.name}-${this.digits(8)}`);
    const deployed = await this.service(
      {
        targetGroupArns: [groups[0].id, groups[1].id],
        ruleArn: rule.id,
        roleArn: this.inputs.infrastructureRoleArn,
        alarmName: alarm.id,
      },
      { subnets, assignPublicIp: arePublic(this.account, subnets), groupId: group.id },
    );
    const [serving = ""] = suffixesOf([servingOf(rule, groups)]);
    await this.scaling(deployed, `${String(balancer.outputs.arnSuffix)}/${serving}`);
  }

  /** Creates the defaults of services that name no cluster or no network. */
  private async defaults(): Promise<void> {
    const { account, region } = this;
    if (subnetsOf(account, this.inputs, region).length === 0) {
      await ensureDefaultVpc(account, region);
    }
    const isThere = account
      .list(cluster.token)
      .some(({ outputs }) => outputs.name === this.cluster && outputs.region === region);
    if (!isThere) await this.make(cluster, "urn:lab:default-cluster", { name: this.cluster });
  }

  private async balancer(subnets: readonly string[], vpcId: string): Promise<ResourceRecord> {
    const standing = this.ownBalancer();
    if (standing) {
      const isShared = rulesBehind(this.account, standing).length > 1;
      return isShared ? standing : this.bring(loadBalancer, standing, { subnets });
    }
    const found = sharedBalancer(this.account, subnets);
    if (found) return found;
    const internal = !arePublic(this.account, subnets);
    const name = `ecs-express-gateway-alb-${this.digits(8)}`;
    const from = internal ? String(this.account.get(VPC, vpcId)?.outputs.cidrBlock) : "0.0.0.0/0";
    const urn = sharedUrn(this.record);
    const making = this.make(securityGroup, urn, parts.loadBalancerGroup(name, vpcId, from));
    const group = this.account
      .list(securityGroup.token)
      .find(({ outputs }) => outputs.vpcId === vpcId && outputs.name === name);
    const made = this.make(loadBalancer, urn, {
      ...{ name, internal, subnets },
      securityGroups: [group?.id ?? ""],
      tags: { AmazonECSManaged: "true" },
    });
    await making;
    return made;
  }

  /** The load balancer that the service is already behind, whatever its subnets are now. */
  private ownBalancer(): ResourceRecord | undefined {
    const { account, record } = this;
    const [rule] = madeFor(account, record.id, listenerRule.token);
    const answering = rule && account.get(listener.token, String(rule.outputs.listenerArn));
    return answering && account.get(loadBalancer.token, String(answering.outputs.loadBalancerArn));
  }

  /** The tasks' security group, which only lets the load balancer in. */
  private async taskGroup(vpcId: string, balancerGroupId: string): Promise<ResourceRecord> {
    const { containerPort } = this.settings.container;
    const name = `ecs-express-${this.name}-${this.digits(8)}`.slice(0, 255);
    const [found] = madeFor(this.account, this.record.id, securityGroup.token);
    if (!found) {
      const inputs = parts.serviceGroup(name, vpcId, containerPort, balancerGroupId);
      return this.make(securityGroup, ownUrn(this.record), inputs);
    }
    return this.bring(securityGroup, found, {
      ingress: parts.taskIngress(containerPort, balancerGroupId),
    });
  }

  private async targetGroup(which: string, vpcId: string): Promise<ResourceRecord> {
    const name = `ecs-gateway-tg-${which}${this.digits(16)}`;
    const found = this.found(targetGroup, name);
    if (!found) {
      const inputs = parts.targetGroup(name, vpcId, this.settings);
      return this.make(targetGroup, ownUrn(this.record), inputs);
    }
    return this.bring(targetGroup, found, {
      healthCheck: parts.healthCheck(this.settings.healthCheckPath),
    });
  }

  /** The HTTPS listener with a certificate for the service's name, as its default or as a further one. */
  private async listener(balancer: ResourceRecord): Promise<ResourceRecord> {
    const { account, record } = this;
    const { domain } = this.drawn;
    const urn = ownUrn(record);
    const [found] = madeFor(account, record.id, certificate.token);
    const own =
      found ?? (await this.make(certificate, urn, { domainName: domain, validationMethod: "DNS" }));
    const [open] = listenersOf(account, balancer.id);
    const answering =
      open ?? (await this.make(listener, sharedUrn(record), parts.listener(balancer.id, own.id)));
    const isShown =
      answering.outputs.certificateArn === own.id ||
      madeFor(account, record.id, listenerCertificate.token).length > 0;
    if (!isShown) {
      const further = { certificateArn: own.id, listenerArn: answering.id };
      await this.make(listenerCertificate, urn, further);
    }
    return answering;
  }

  /**
   * The rule that forwards requests for the service's name to one of its target groups; deployments decide which one.
   */
  private async rule(
    { id: listenerArn }: ResourceRecord,
    [first, alternate]: readonly [ResourceRecord, ResourceRecord],
  ): Promise<ResourceRecord> {
    const [found] = madeFor(this.account, this.record.id, listenerRule.token);
    if (found) return found;
    return this.make(listenerRule, ownUrn(this.record), {
      listenerArn,
      conditions: [{ hostHeader: { values: [this.drawn.domain] } }],
      actions: [
        {
          type: "forward",
          forward: {
            targetGroups: [
              { arn: first.id, weight: 100 },
              { arn: alternate.id, weight: 0 },
            ],
          },
        },
      ],
    });
  }

  private async service(
    deployment: parts.DeploymentParts,
    network: { subnets: readonly string[]; assignPublicIp: boolean; groupId: string },
  ): Promise<ResourceRecord> {
    const { account, inputs, record, settings } = this;
    const revision = await this.revision();
    const wanted = {
      ...parts.deployment(deployment, settings.container.containerPort),
      desiredCount: settings.scaling.minTaskCount,
      networkConfiguration: {
        assignPublicIp: network.assignPublicIp,
        securityGroups: [
          ...(inputs.networkConfigurations?.[0]?.securityGroups ?? []),
          network.groupId,
        ],
        subnets: network.subnets,
      },
    };
    const found = account.get(service.token, record.id);
    if (found) {
      return this.bring(service, found, {
        ...wanted,
        ...(revision.isNew && { taskDefinition: revision.id }),
      });
    }
    return this.make(service, ownUrn(record), {
      ...wanted,
      name: this.name,
      cluster: this.cluster,
      launchType: "FARGATE",
      taskDefinition: revision.id,
    });
  }

  /**
   * The revision that matches the service. After a rollback it is still the one that failed: only a change of the
   * service creates another revision.
   */
  private async revision(): Promise<{ readonly id: string; readonly isNew: boolean }> {
    const place = {
      ...{ cluster: this.cluster, service: this.name, region: this.region },
      logGroup: `/aws/ecs/${this.cluster}/${this.name}-${this.digits(4)}`,
    };
    const wanted = filled(taskDefinition, taskOf(this.inputs, place));
    const [logs] = this.settings.container.awsLogsConfigurations ?? [];
    if (logs === undefined) await this.own(logGroup, (name) => ({ name }))(place.logGroup);
    const last = madeFor(this.account, this.record.id, taskDefinition.token).at(-1);
    if (last && isDeepStrictEqual(last.inputs, wanted)) return { id: last.id, isNew: false };
    const { id } = await this.make(taskDefinition, ownUrn(this.record), wanted);
    return { id, isNew: true };
  }

  private async scaling({ id }: ResourceRecord, resourceLabel: string): Promise<void> {
    const { scaling } = this.settings;
    const of = {
      resourceId: id.split(":").at(-1) ?? "",
      scalableDimension: "ecs:service:DesiredCount",
      serviceNamespace: "ecs",
    };
    const limits = { minCapacity: scaling.minTaskCount, maxCapacity: scaling.maxTaskCount };
    const scaled = this.account.get(target.token, of.resourceId);
    if (scaled) await this.bring(target, scaled, limits);
    else await this.make(target, ownUrn(this.record), { ...of, ...limits });

    const kept = {
      targetTrackingScalingPolicyConfiguration: parts.tracking(scaling, resourceLabel),
    };
    const [tracker] = madeFor(this.account, this.record.id, policy.token);
    if (tracker) await this.bring(policy, tracker, kept);
    else {
      await this.make(policy, ownUrn(this.record), {
        ...of,
        ...kept,
        name: `ecs-express-${this.name}`,
        policyType: "TargetTrackingScaling",
      });
    }
  }

  /** Creates a resource of the service that has a name and never changes. */
  private own(type: AnyResourceType, inputs: (name: string) => Properties) {
    return (name: string): Promise<ResourceRecord> => {
      const found = this.found(type, name);
      return found ? Promise.resolve(found) : this.make(type, ownUrn(this.record), inputs(name));
    };
  }

  private found(type: AnyResourceType, name: string): ResourceRecord | undefined {
    return madeFor(this.account, this.record.id, type.token).find(
      ({ outputs }) => outputs.name === name,
    );
  }

  private make(type: AnyResourceType, urn: string, inputs: Properties): Promise<ResourceRecord> {
    return this.account.create({
      type: type.token,
      urn,
      inputs: filled(type, inputs),
      region: this.region,
      hasSecrets: this.record.hasSecrets === true,
    });
  }

  /** Updates the properties that differ, if any. */
  private bring(
    type: AnyResourceType,
    found: ResourceRecord,
    wanted: Properties,
  ): Promise<ResourceRecord> {
    const complete = filled(type, wanted);
    const isSame = Object.keys(wanted).every((key) =>
      isDeepStrictEqual(found.inputs[key], complete[key]),
    );
    if (isSame) return Promise.resolve(found);
    const patch = Object.fromEntries(Object.keys(wanted).map((key) => [key, complete[key]]));
    return this.account.modify(type.token, found.id, patch);
  }

  private digits(count: number): string {
    return this.drawn.suffix.slice(0, count);
  }
}

const filled = (type: AnyResourceType, inputs: Properties) =>
  withDefaults(type.inputs, inputs) as Properties;

/** The target group that gets the most of a rule's requests. */
function servingOf(
  { inputs }: ResourceRecord,
  [first, alternate]: readonly [ResourceRecord, ResourceRecord],
): ResourceRecord {
  const weightOf = ({ id }: ResourceRecord) =>
    (inputs.actions as readonly ListenerAction[])
      .flatMap(({ forward }) => forward?.targetGroups ?? [])
      .find(({ arn }) => arn === id)?.weight ?? 0;
  return weightOf(alternate) > weightOf(first) ? alternate : first;
}

const suffixesOf = (groups: readonly ResourceRecord[]) =>
  groups.map(({ outputs }) => String(outputs.arnSuffix));
