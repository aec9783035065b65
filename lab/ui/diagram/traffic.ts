import { LISTENERS, LOAD_BALANCERS, SECURITY_GROUPS, VPCS } from "../../../policies/graph/tokens";
import {
  field,
  type Fields,
  isFields,
  items,
  toInteger,
  type Value,
} from "../../../policies/graph/value";
import type { Line } from "./architecture";
import { blocksOf, REGION, noteIn, vpcOf } from "./network";
import { addArrow, addBox, type Picture } from "./picture";
import { shown, textOf, titleOf } from "./references";
import type { StackResource } from "./state";
import { LISTENER_RULES, SUBNETS, TARGET_GROUPS } from "./types";

/** Draws load balancers with their listeners and rules, target groups, and where requests go. */
export function drawTraffic(picture: Picture): void {
  const { references } = picture;
  for (const targetGroup of references.ofType(TARGET_GROUPS)) {
    const [vpc] = references.referred(targetGroup, "vpcId", VPCS);
    addBox(picture, {
      key: targetGroup.urn,
      shape: "card",
      kind: "Target group",
      title: titleOf(targetGroup),
      lines: targetGroupLines(targetGroup),
      parent: vpc?.urn ?? REGION,
      urns: [targetGroup.urn],
    });
  }
  for (const loadBalancer of references.ofType(LOAD_BALANCERS)) {
    drawLoadBalancer(picture, loadBalancer);
  }
}

function targetGroupLines({ props }: StackResource): Line[] {
  const check = props.healthCheck;
  const path = textOf(check, "path");
  return [
    {
      key: "port",
      text: `${shown(props.protocol)} ${shown(props.port)}, targets by ${shown(props.targetType ?? "instance")}`,
    },
    ...(path === undefined ? [] : [{ key: "check", text: `healthy if GET ${path} answers` }]),
  ];
}

function drawLoadBalancer(picture: Picture, loadBalancer: StackResource): void {
  const { references } = picture;
  const { props, urn } = loadBalancer;
  const subnets = references.referred(loadBalancer, "subnets", SUBNETS);
  const groups = references.referred(loadBalancer, "securityGroups", SECURITY_GROUPS);
  const vpc = vpcOf(references, subnets);
  const listeners = references
    .ofType(LISTENERS)
    .filter((listener) =>
      references.referred(listener, "loadBalancerArn", LOAD_BALANCERS).includes(loadBalancer),
    )
    .sort((one, other) => numberOf(one.props.port) - numberOf(other.props.port))
    .map((listener) => ({ listener, rules: rulesOf(picture, listener) }));
  const facing = props.internal === true ? "internal" : "internet-facing";
  addBox(picture, {
    key: urn,
    shape: "card",
    kind: `${typeName(shown(props.loadBalancerType ?? "application"))} Load Balancer`,
    title: titleOf(loadBalancer),
    lines: [
      { key: "facing", text: facing },
      ...listeners.flatMap(({ listener, rules }) => [
        listenerLine(listener),
        ...rules.map(ruleLine),
      ]),
    ],
    parent: vpc?.urn ?? REGION,
    urns: [urn, ...groups.map((group) => group.urn)],
    facts: {
      what: "load balancer",
      listeners: listeners.map(({ listener: { props: of } }) => ({
        protocol: shown(of.protocol),
        port: toInteger(of.port) ?? 0,
      })),
    },
  });
  for (const { listener, rules } of listeners) {
    drawForwards(picture, urn, listener, "defaultActions");
    for (const rule of rules) drawForwards(picture, urn, rule, "actions");
  }
  noteIn(picture, subnets, `load balancer ${titleOf(loadBalancer)}`);
  picture.parties.push({
    key: urn,
    groups: groups.map((group) => group.urn),
    blocks: blocksOf(subnets),
    vpcBlocks: blocksOf([vpc]),
  });
}

const typeName = (type: string) => type.charAt(0).toUpperCase() + type.slice(1);

const numberOf = (value: Value) => toInteger(value) ?? Number.MAX_SAFE_INTEGER;

/** A listener's rules in the order of evaluation. */
function rulesOf({ references }: Picture, listener: StackResource): StackResource[] {
  return references
    .ofType(LISTENER_RULES)
    .filter((rule) => references.referred(rule, "listenerArn", LISTENERS).includes(listener))
    .sort((one, other) => numberOf(one.props.priority) - numberOf(other.props.priority));
}

function listenerLine({ urn, props }: StackResource): Line {
  const actions = items(props.defaultActions).map(actionText).join(", ");
  return {
    key: urn,
    text: `${shown(props.protocol)} :${shown(props.port)}, by default ${actions}`,
  };
}

function ruleLine({ urn, props }: StackResource): Line {
  const conditions = items(props.conditions).map(conditionText).join(" and ");
  const actions = items(props.actions);
  const forwards = actions.every((action) => field(action, "type") === "forward");
  const then = forwards ? "" : `: ${actions.map(actionText).join(", ")}`;
  return { key: urn, text: `${shown(props.priority)}. ${conditions}${then}` };
}

function actionText(action: Value): string {
  const status = textOf(action, "fixedResponse", "statusCode");
  const type = textOf(action, "type") ?? "an action";
  return type === "fixed-response" && status !== undefined ? `answer ${status}` : type;
}

/** `host nginx.*`, `path /api/* or /v1/*`. */
function conditionText(condition: Value): string {
  const fields: Fields = isFields(condition) ? condition : {};
  const texts = Object.entries(fields)
    .filter(([, value]) => isFields(value) || Array.isArray(value))
    .map(([name, value]: [string, Value]) => {
      const values = items(value).flatMap((item) => items(field(item, "values")));
      const header = textOf(value, "httpHeaderName");
      const what = header ?? name.replace(/Pattern$|Header$/, "");
      const pairs = values.map((item: Value) =>
        isFields(item) ? `${shown(item.key)}=${shown(item.value)}` : shown(item),
      );
      return `${what} ${pairs.join(" or ")}`;
    });
  return texts.join(" and ") || "any";
}

/** Arrows to the target groups of a listener's or rule's actions, with weights if there are several. */
function drawForwards(
  picture: Picture,
  loadBalancer: string,
  holder: StackResource,
  property: "actions" | "defaultActions",
): void {
  const priority = toInteger(holder.props.priority);
  for (const action of items(holder.props[property])) {
    const weighted = items(field(action, "forward")).flatMap((forward) =>
      items(field(forward, "targetGroups")),
    );
    const targets: Value[] = weighted.length > 0 ? weighted : [action];
    for (const target of targets) {
      const arn = field(target, weighted.length > 0 ? "arn" : "targetGroupArn");
      const weight = field(target, "weight");
      for (const group of picture.references.referred(holder, property, TARGET_GROUPS, arn)) {
        addArrow(picture, {
          kind: "forward",
          from: loadBalancer,
          to: group.urn,
          // Weights cannot be assigned to several new groups before these have ARNs.
          label: [
            ...(priority === undefined ? [] : [`rule ${priority}`]),
            ...(weighted.length > 1 && typeof arn === "string" ? [`weight ${shown(weight)}`] : []),
          ].join(", "),
        });
      }
    }
  }
}
