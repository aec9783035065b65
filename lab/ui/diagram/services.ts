import {
  CLUSTER,
  LISTENERS,
  LOAD_BALANCERS,
  LOG_GROUP,
  ROLE,
  SECURITY_GROUPS,
  SERVICE,
  TASK_DEFINITION,
} from "../../../policies/graph/tokens";
import { field, items, toInteger, type Value } from "../../../policies/graph/value";
import { lastPart } from "../../shared/lastPart";
import type { Line } from "./architecture";
import { drawCapacity, drawInstances } from "./capacity";
import { type DrawnContainer, containersOf, shortImage } from "./containers";
import { blocksOf, REGION, noteIn, vpcOf } from "./network";
import { commonPorts, portsText } from "./permissions";
import { addArrow, addBox, type Picture } from "./picture";
import { passing } from "./reach";
import { shown, textOf, titleOf } from "./references";
import type { StackResource } from "./state";
import { LISTENER_RULES, SCALING_POLICY, SCALING_TARGET, SUBNETS, TARGET_GROUPS } from "./types";

/** Draws clusters with their services and instances, and what the services run on. */
export function drawServices(picture: Picture): void {
  const { references } = picture;
  for (const cluster of references.ofType([CLUSTER])) drawCluster(picture, cluster);
  drawInstances(picture);
  for (const service of references.ofType([SERVICE])) drawService(picture, service);
}

/** Draws what sends requests to the services. Call it once all possible senders have been drawn. */
export function drawTargets(picture: Picture): void {
  const services = picture.references.ofType([SERVICE]);
  for (const service of services) drawTargetsOf(picture, service);
  for (const caller of services) drawCalls(picture, caller, services);
}

/** Arrows to the services of the same namespace whose names a service's environment has. */
function drawCalls(
  picture: Picture,
  caller: StackResource,
  services: readonly StackResource[],
): void {
  const namespaceOf = ({ props }: StackResource) =>
    textOf(props.serviceConnectConfiguration, "namespace");
  const { references } = picture;
  const calls = references
    .referred(caller, "taskDefinition", [TASK_DEFINITION])
    .flatMap((definition) => containersOf(definition) ?? [])
    .flatMap((container) => container.calls);
  for (const called of services) {
    if (called === caller || namespaceOf(called) !== namespaceOf(caller)) continue;
    for (const name of connectNames(called).filter((one) => calls.includes(one))) {
      const label = `calls ${name}`;
      addArrow(picture, { kind: "use", from: caller.urn, to: called.urn, label });
    }
  }
}

/** Draws a cluster in the VPC of its services' tasks. */
function drawCluster(picture: Picture, cluster: StackResource): void {
  const { references } = picture;
  const services = references
    .ofType([SERVICE])
    .filter((service) => references.referred(service, "cluster", [CLUSTER]).includes(cluster));
  const vpc = vpcOf(
    references,
    services.flatMap((service) => subnetsOf(picture, service)),
  );
  addBox(picture, {
    key: cluster.urn,
    shape: "frame",
    kind: "ECS cluster",
    title: titleOf(cluster),
    lines: [],
    parent: vpc?.urn ?? REGION,
    urns: [cluster.urn],
  });
}

function subnetsOf({ references }: Picture, service: StackResource): StackResource[] {
  const subnets = field(service.props.networkConfiguration, "subnets");
  return references.referred(service, "networkConfiguration", SUBNETS, subnets);
}

function drawService(picture: Picture, service: StackResource): void {
  const { references } = picture;
  const { urn, props } = service;
  const subnets = subnetsOf(picture, service);
  const vpc = vpcOf(references, subnets);
  const [cluster] = references.referred(service, "cluster", [CLUSTER]);
  const [taskDefinition] = references.referred(service, "taskDefinition", [TASK_DEFINITION]);
  const containers = taskDefinition ? containersOf(taskDefinition) : [];
  const securityGroups = references.referred(
    service,
    "networkConfiguration",
    SECURITY_GROUPS,
    field(props.networkConfiguration, "securityGroups"),
  );
  const scaling = scalingOf(picture, service);
  const logGroups = logGroupsOf(picture, containers);
  const parts = [...securityGroups, ...scaling.resources, ...logGroups];
  addBox(picture, {
    key: urn,
    shape: "card",
    kind: "ECS service",
    title: titleOf(service),
    lines: [
      ...capacityLines(service),
      ...scaling.lines,
      ...taskLines(picture, taskDefinition, containers),
      ...logGroups.map((group) => ({ key: group.urn, text: logText(group) })),
      ...deploymentLines(service),
      ...connectNames(service).map((name) => ({
        key: `Service Connect ${name}`,
        text: `Service Connect name ${name}`,
      })),
    ],
    parent: cluster?.urn ?? vpc?.urn ?? REGION,
    urns: [urn, ...(taskDefinition ? [taskDefinition.urn] : []), ...parts.map((part) => part.urn)],
    facts: { what: "service", tasks: toInteger(props.desiredCount) ?? 0 },
  });
  drawCapacity(picture, service);
  noteIn(picture, subnets, `tasks of ${titleOf(service)}`);
  picture.parties.push({
    key: urn,
    groups: securityGroups.map((group) => group.urn),
    blocks: blocksOf(subnets),
    vpcBlocks: blocksOf([vpc]),
  });
}

function capacityLines({ props }: StackResource): Line[] {
  const strategies = items(props.capacityProviderStrategies);
  const capacity =
    strategies.length === 0
      ? shown(props.launchType ?? "EC2")
      : strategies.map((strategy) => {
          const base = toInteger(field(strategy, "base")) ?? 0;
          const share = [
            ...(strategies.length > 1 ? [`weight ${shown(field(strategy, "weight"))}`] : []),
            ...(base > 0 ? [`base ${base}`] : []),
          ];
          const name = shown(field(strategy, "capacityProvider"));
          return share.length > 0 ? `${name} (${share.join(", ")})` : name;
        });
  const count =
    props.schedulingStrategy === "DAEMON"
      ? "one task on each instance"
      : `desired count ${shown(props.desiredCount ?? 0)}`;
  return [
    { key: "count", text: count },
    { key: "capacity", text: `on ${[capacity].flat().join(", ")}` },
  ];
}

function taskLines(
  { references }: Picture,
  taskDefinition: StackResource | undefined,
  containers: readonly DrawnContainer[] | undefined,
): Line[] {
  if (!taskDefinition) return [];
  const { cpu, memory } = taskDefinition.props;
  const size = [
    ...(cpu === undefined ? [] : [`${shown(cpu)} CPU units`]),
    ...(memory === undefined ? [] : [`${shown(memory)} MiB`]),
  ];
  const roles = (["executionRoleArn", "taskRoleArn"] as const).flatMap((property) =>
    references.referred(taskDefinition, property, [ROLE]).map((role) => ({
      key: property,
      text: `${property === "taskRoleArn" ? "task" : "execution"} role ${titleOf(role)}`,
    })),
  );
  return [
    ...(size.length > 0 ? [{ key: "size", text: size.join(", ") }] : []),
    ...(containers ?? []).map(({ name, image, ports }) => ({
      key: `container ${name}`,
      text: `${name}: ${shortImage(image)}${ports.length > 0 ? `, port ${ports.join(", ")}` : ""}`,
    })),
    ...(containers ? [] : [{ key: "containers", text: "containers known after the update" }]),
    ...roles,
  ];
}

function deploymentLines({ props }: StackResource): Line[] {
  const byCodeDeploy = textOf(props.deploymentController, "type") === "CODE_DEPLOY";
  const strategy = textOf(props.deploymentConfiguration, "strategy") ?? "ROLLING";
  if (byCodeDeploy) return [{ key: "deployment", text: "deployed by CodeDeploy" }];
  const name = strategy.toLowerCase().replace("_", "/");
  const alarms = items(field(props.alarms, "alarmNames")).map(shown);
  return [
    ...(strategy === "ROLLING" ? [] : [{ key: "deployment", text: `${name} deployments` }]),
    ...(alarms.length > 0 && field(props.alarms, "rollback") === true
      ? [{ key: "alarms", text: `rolls back on alarm ${alarms.join(", ")}` }]
      : []),
  ];
}

/** Names by which other services reach this one. */
function connectNames({ props }: StackResource): string[] {
  return items(field(props.serviceConnectConfiguration, "services")).flatMap((entry) =>
    items(field(entry, "clientAlias")).map((alias) => {
      const name = shown(field(alias, "dnsName") ?? field(entry, "discoveryName"));
      return `${name}:${shown(field(alias, "port"))}`;
    }),
  );
}

function logGroupsOf(
  { references }: Picture,
  containers: readonly DrawnContainer[] | undefined,
): StackResource[] {
  const names = (containers ?? []).map(({ logGroup }) => logGroup);
  return references
    .ofType([LOG_GROUP])
    .filter(({ props }) => names.includes(textOf(props.name) ?? textOf(props.id)));
}

function logText(group: StackResource): string {
  const days = group.props.retentionInDays;
  return `logs in ${titleOf(group)}, ${days === undefined ? "kept" : `${shown(days)} days`}`;
}

/** How the number of tasks scales. */
function scalingOf({ references }: Picture, service: StackResource) {
  const targets = references.ofType([SCALING_TARGET]).filter((target) => {
    const id = textOf(target.props.resourceId);
    const named = id?.split("/").at(-1) === textOf(service.props.name);
    return id === undefined
      ? references.behind(target, "resourceId").includes(service)
      : named && id.split("/")[1] === lastPart(shown(service.props.cluster));
  });
  const policies = references.ofType([SCALING_POLICY]).filter((policy) =>
    references
      .referred(policy, "resourceId", [SCALING_TARGET])
      .concat(targets.filter(({ props }) => textOf(props.resourceId) === policy.props.resourceId))
      .some((target) => targets.includes(target)),
  );
  const lines = targets.map(({ urn, props }) => ({
    key: urn,
    text: `scales from ${shown(props.minCapacity)} to ${shown(props.maxCapacity)} tasks`,
  }));
  return { resources: [...targets, ...policies], lines };
}

/** Arrows from target groups to the tasks behind them, if security groups let the load balancers in. */
function drawTargetsOf(picture: Picture, service: StackResource): void {
  const { references, parties, permissions } = picture;
  const party = parties.find(({ key }) => key === service.urn);
  for (const target of items(service.props.loadBalancers)) {
    const port = toInteger(field(target, "containerPort"));
    // The second target group of blue/green and similar deployments.
    const alternate = field(target, "advancedConfiguration", "alternateTargetGroupArn");
    const arns: Value = [field(target, "targetGroupArn"), alternate];
    const groups = references.referred(service, "loadBalancers", TARGET_GROUPS, arns);
    for (const group of groups) {
      const senders = parties.filter(({ key }) => sendersTo(picture, group).includes(key));
      const wanted = port === undefined ? [] : [{ protocol: "tcp", from: port, to: port }];
      const refused = senders.some(
        (sender) =>
          party !== undefined &&
          party.groups.length > 0 &&
          !passing(sender, party, permissions).some((ports) =>
            wanted.some((want) => commonPorts(ports, want)),
          ),
      );
      addArrow(picture, {
        kind: refused ? "refused" : "reach",
        from: group.urn,
        to: service.urn,
        label: refused ? `${portsText(wanted)} refused` : portsText(wanted),
      });
    }
  }
}

/** Load balancers that forward to a target group. */
function sendersTo(picture: Picture, targetGroup: StackResource): string[] {
  const { references } = picture;
  const holders = references.ofType([...LISTENERS, ...LISTENER_RULES]).filter((holder) =>
    ["actions", "defaultActions"].some((property) =>
      items(holder.props[property]).some((action) => {
        const arns: Value = [
          field(action, "targetGroupArn"),
          ...items(field(action, "forward", "targetGroups")).map((item) => field(item, "arn")),
        ];
        return references.referred(holder, property, TARGET_GROUPS, arns).includes(targetGroup);
      }),
    ),
  );
  const listeners = holders.flatMap((holder) =>
    LISTENERS.includes(holder.type)
      ? [holder]
      : references.referred(holder, "listenerArn", LISTENERS),
  );
  return listeners.flatMap((listener) =>
    references.referred(listener, "loadBalancerArn", LOAD_BALANCERS).map(({ urn }) => urn),
  );
}
