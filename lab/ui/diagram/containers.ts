import { field, isFields, items, type Value } from "../../../policies/graph/value";
import { lastPart } from "../../shared/lastPart";
import { shown, textOf } from "./references";
import type { StackResource } from "./state";

/** A container of a task definition, as far as it is drawn. Of its environment, only whom its addresses name is. */
export interface DrawnContainer {
  name: string;
  image: string;
  ports: string[];
  /** Log group that it writes to. */
  logGroup?: string;
  /** ARNs of secrets and parameters that ECS reads for it. */
  secrets: string[];
  /** What the URLs of its environment name, e.g. `auth:8080`. */
  calls: string[];
}

/** @returns the containers, or undefined if they are not known before the update. */
export function containersOf(taskDefinition: StackResource): DrawnContainer[] | undefined {
  const text = taskDefinition.props.containerDefinitions;
  if (typeof text !== "string") return undefined;
  let definitions: unknown;
  try {
    definitions = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(definitions) ? definitions.map((item) => container(item as Value)) : [];
}

function container(value: Value): DrawnContainer {
  const definition = isFields(value) ? value : {};
  return {
    name: shown(definition.name),
    image: shown(definition.image),
    ports: items(definition.portMappings).map((mapping) => shown(field(mapping, "containerPort"))),
    logGroup: textOf(definition.logConfiguration, "options", "awslogs-group"),
    secrets: items(definition.secrets)
      .map((secret) => textOf(secret, "valueFrom"))
      .filter((arn) => arn !== undefined),
    calls: items(definition.environment).flatMap((variable) =>
      hostsIn(textOf(variable, "value") ?? ""),
    ),
  };
}

/** Host and port of a URL. */
function hostsIn(value: string): string[] {
  const [, host] = /^https?:\/\/([\w.-]+:\d+)(\/|$)/.exec(value) ?? [];
  return host === undefined ? [] : [host];
}

/** The part of an image reference by which people recognize it: `nginx:1.30.6-alpine`. */
export function shortImage(image: string): string {
  const [reference = "", digest] = image.split("@");
  const last = lastPart(reference);
  return digest === undefined ? last : `${last}@${digest.slice(0, 14)}…`;
}
