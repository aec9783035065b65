import * as tokens from "../tokens";
import {
  field,
  type Fields,
  isAbsent,
  isFields,
  items,
  plain,
  UNKNOWN,
  type Value,
} from "../value";
import { camelKeys } from "./names";
import { hostVolumes, taskNetwork } from "./shapes";

/** Something that a resource creates in addition to itself. */
export interface Part {
  readonly type: string;
  readonly props: Fields;
  /** The property of the resource that each of its properties comes from. */
  readonly sources: Readonly<Record<string, string>>;
}

type Reader = (props: Fields) => readonly Part[];

/** Tasks that run with the parameters in `property`. */
function taskRun(property: string, parameters: Value): Part {
  const given = field(parameters, "networkConfiguration");
  return {
    type: tokens.RUN_TASK,
    props: {
      networkConfiguration: taskNetwork(given),
      taskDefinition: field(parameters, "taskDefinitionArn"),
      launchType: field(parameters, "launchType"),
      overrides: field(parameters, "overrides"),
    },
    sources: Object.fromEntries(
      ["networkConfiguration", "taskDefinition", "overrides"].map((name) => [name, property]),
    ),
  };
}

const tasksStartedBy = (property: string, parameters: Value): readonly Part[] =>
  isAbsent(parameters) ? [] : [taskRun(property, parameters)];

/**
 * An Express service creates a service with its task definition, and writes logs. Unless it names security groups, ECS
 * creates some that let in only its load balancer.
 * Source: ECS Developer Guide, "Resources created by Amazon ECS Express Mode services".
 */
const express: Reader = ({ networkConfigurations, primaryContainer, ...props }) => {
  const [given] = items(networkConfigurations);
  const { image, environments, environment, secrets, commands, command }: Fields = isFields(
    primaryContainer,
  )
    ? primaryContainer
    : {};
  const container: Fields = {
    name: "Main",
    image,
    environment: environments ?? environment,
    secrets,
    command: commands ?? command,
    // An Express service offers no choice of these.
    logConfiguration: { logDriver: "awslogs" },
    user: "chosen by the image",
    readonlyRootFilesystem: true,
  };
  const { executionRoleArn, taskRoleArn, cpu, memory, tags } = props;
  const task: Part = {
    type: tokens.TASK_DEFINITION,
    props: {
      ...{ networkMode: "awsvpc", executionRoleArn, taskRoleArn, cpu, memory, tags },
      containerDefinitions: primaryContainer === UNKNOWN ? UNKNOWN : [container],
    },
    sources: { containerDefinitions: "primaryContainer" },
  };
  const groups = field(given, "securityGroups");
  if (groups !== UNKNOWN && items(groups).length === 0) return [task];
  const network: Part = {
    type: tokens.RUN_TASK,
    props: { networkConfiguration: given },
    sources: { networkConfiguration: "networkConfigurations" },
  };
  return [task, network];
};

/** The network of a daemon's tasks cannot be chosen. */
const daemon: Reader = (props) => [
  {
    type: tokens.TASK_DEFINITION,
    props: {
      ...props,
      networkMode: "awsvpc",
      volumes: hostVolumes(props.volumes),
      containerDefinitions: singular(props.containerDefinitions),
    },
    sources: {},
  },
];

/** Renames properties of containers from the provider's plurals to the names in ECS's API. */
function singular(containers: Value): Value {
  if (!Array.isArray(containers)) return containers;
  const names = { environments: "environment", commands: "command", entryPoints: "entryPoint" };
  return (containers as readonly Value[]).map((container) =>
    isFields(container)
      ? Object.fromEntries(
          Object.entries(container).map(([name, value]) => [
            (names as Readonly<Record<string, string>>)[name] ?? name,
            value,
          ]),
        )
      : container,
  );
}

/** Integrations that run tasks: ECS's own, or that of the AWS SDK with any API call. */
const RUNS =
  /:(states|scheduler):::(aws-sdk:)?ecs:(runTask|startTask|createService|updateService)\b/i;
const REGISTERS = /:(states|scheduler):::aws-sdk:ecs:registerTaskDefinition\b/i;

/** Marks as unknown what is evaluated at run time: JSONPath, whose properties end with `.$`, and JSONata. */
function untilRun(value: Value): Value {
  if (Array.isArray(value)) return (value as readonly Value[]).map(untilRun);
  if (typeof value === "string") return /^\{%.*%\}$/s.test(value) ? UNKNOWN : value;
  if (!isFields(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]): [string, Value] =>
      name.endsWith(".$") ? [name.slice(0, -2), UNKNOWN] : [name, untilRun(part)],
    ),
  );
}

/** What a call of ECS's API creates, given the ARN of the integration and the parameters in `property`. */
function fromCall(property: string, arn: Value, parameters: Value): readonly Part[] {
  if (typeof arn !== "string" || !(RUNS.test(arn) || REGISTERS.test(arn))) return [];
  const known = camelKeys(untilRun(parameters));
  const given: Fields = isFields(known) ? known : {};
  if (RUNS.test(arn)) {
    // Without a network, ECS refuses to run an awsvpc task, and leaves that of a service unchanged.
    if (isAbsent(given.networkConfiguration)) return [];
    // Overrides are judged where they are written.
    const task: Fields = {
      ...given,
      taskDefinitionArn: given.taskDefinition,
      overrides: undefined,
    };
    return [taskRun(property, task)];
  }
  const props: Fields = { ...given, volumes: hostVolumes(given.volumes) };
  const sources = Object.fromEntries(Object.keys(props).map((name) => [name, property]));
  return [{ type: tokens.TASK_DEFINITION, props, sources }];
}

const json = (text: Value): Value => {
  if (typeof text !== "string") return text;
  try {
    return plain(JSON.parse(text));
  } catch {
    // AWS will not accept it either.
    return undefined;
  }
};

/** The states of a state machine that run tasks, if its definition is known. */
const stateMachine: Reader = ({ definition }) => {
  const visit = (value: Value): readonly Part[] => {
    if (Array.isArray(value)) return (value as readonly Value[]).flatMap(visit);
    if (!isFields(value)) return [];
    const { Resource: resource, Parameters, Arguments } = value;
    return [
      ...fromCall("definition", resource, Parameters ?? Arguments),
      ...Object.values(value).flatMap(visit),
    ];
  };
  return visit(json(definition));
};

/** A schedule runs a task by an ECS target, or by the target for any AWS SDK call, whose input has the parameters. */
const schedule: Reader = ({ target }) => [
  ...tasksStartedBy("target", field(target, "ecsParameters")),
  ...fromCall("target", field(target, "arn"), json(field(target, "input"))),
];

/** In CloudFormation, a rule contains its targets. */
const eventRule: Reader = ({ targets }) =>
  items(targets).flatMap((target) => {
    const ecsTarget = field(target, "ecsParameters");
    const [input, inputTransformer] = ["input", "inputTransformer"].map((name) =>
      field(target, name),
    );
    const props: Fields = { ecsTarget, input, inputTransformer };
    const sources = Object.fromEntries(Object.keys(props).map((name) => [name, "targets"]));
    return [{ type: tokens.EVENT_TARGET, props, sources }, ...tasksStartedBy("targets", ecsTarget)];
  });

/**
 * What a Spot Fleet launches by its own specifications. A launch template is judged where it is declared.
 * Source: Amazon EC2 API Reference, "SpotFleetLaunchSpecification", which has no metadata options.
 */
const spotFleet: Reader = ({ launchSpecifications }) =>
  items(launchSpecifications).map((specification) => {
    const [associatePublicIpAddress, userData, networkInterfaces] = [
      ...["associatePublicIpAddress", "userData", "networkInterfaces"],
    ].map((name) => field(specification, name));
    const metadataOptions = specification === UNKNOWN ? UNKNOWN : undefined;
    const props: Fields = {
      associatePublicIpAddress,
      userData,
      networkInterfaces,
      metadataOptions,
    };
    const sources = Object.fromEntries(
      Object.keys(props).map((name) => [name, "launchSpecifications"]),
    );
    return { type: tokens.SPOT_INSTANCE, props, sources };
  });

/** In CloudFormation, a repository contains its policy. */
const repository: Reader = ({ repositoryPolicyText: policy }) =>
  isAbsent(policy)
    ? []
    : [
        {
          type: tokens.ECR_POLICIES[0] ?? "",
          props: { policy },
          sources: { policy: "repositoryPolicyText" },
        },
      ];

const READERS: Readonly<Record<string, Reader>> = {
  [tokens.EXPRESS_SERVICE]: express,
  [tokens.DAEMON_TASK_DEFINITION]: daemon,
  [tokens.EVENT_TARGET]: ({ ecsTarget }) => tasksStartedBy("ecsTarget", ecsTarget),
  [tokens.SCHEDULE]: schedule,
  [tokens.PIPE]: ({ targetParameters }) =>
    tasksStartedBy("targetParameters", field(targetParameters, "ecsTaskParameters")),
  [tokens.STATE_MACHINE]: stateMachine,
  [tokens.EVENT_RULE]: eventRule,
  [tokens.SPOT_FLEET]: spotFleet,
  [tokens.ECR_REPOSITORY]: repository,
};

/** What else a resource of the AWS provider creates: services, tasks, task definitions, instances, policies. */
export function partsOf(type: string, props: Fields): readonly Part[] {
  return READERS[type]?.(props) ?? [];
}

/** Whether resources of a type create anything else. */
export const hasParts = (type: string): boolean => type in READERS;
