import {
  CODEBUILD_PROJECT,
  DEPLOYMENT_GROUP,
  ECR_REPOSITORY,
  PIPELINE,
  ROLE,
  SERVICE,
  TASK_DEFINITION,
} from "../../../policies/graph/tokens";
import { field, type Fields, items, type Value } from "../../../policies/graph/value";
import { lastPart } from "../../shared/lastPart";
import type { Line } from "./architecture";
import { containersOf } from "./containers";
import { REGION } from "./network";
import { addArrow, addBox, type Picture } from "./picture";
import { CONNECTIONS, drawPipelines, GIT_REPOSITORY } from "./pipelines";
import { shown, textOf, titleOf } from "./references";
import type { StackResource } from "./state";
import { ROLE_POLICY } from "./types";

const BUCKET = "aws:s3/bucket:Bucket";
const EVENT_RULE = "aws:cloudwatch/eventRule:EventRule";
const KEY = "aws:kms/key:Key";
const TOPIC = "aws:sns/topic:Topic";

/** How a type outside the VPC is drawn: a card, with arrows to the resources that its properties refer to. */
interface RegionalType {
  kind: string;
  lines?: (props: Fields) => Line[];
  /** Arrows to other boxes: those of these types that a property depends on. */
  arrows?: readonly { property: string; types: readonly string[]; label: string }[];
}

const line = (key: string, text: string | undefined): Line[] =>
  text === undefined ? [] : [{ key, text }];

const roleLine = (arn: Value): Line[] =>
  typeof arn === "string" ? [{ key: "role", text: `role ${lastPart(arn)}` }] : [];

/** Everything outside the VPC that has a box. */
const regionalTypes: Readonly<Record<string, RegionalType>> = {
  [ECR_REPOSITORY]: {
    kind: "ECR repository",
    lines: (props) =>
      line("tags", textOf(props.imageTagMutability)?.toLowerCase().replaceAll("_", " ")),
  },
  "aws:secretsmanager/secret:Secret": { kind: "Secret" },
  "aws:ssm/parameter:Parameter": { kind: "Parameter" },
  "aws:servicediscovery/httpNamespace:HttpNamespace": { kind: "Service Connect namespace" },
  "aws:servicediscovery/privateDnsNamespace:PrivateDnsNamespace": {
    kind: "Cloud Map namespace",
  },
  [BUCKET]: { kind: "S3 bucket" },
  [KEY]: { kind: "KMS key" },
  [GIT_REPOSITORY]: { kind: "CodeCommit repository" },
  [CONNECTIONS[0]]: {
    kind: "Connection",
    lines: (props) => line("provider", textOf(props.providerType)),
  },
  [CONNECTIONS[1]]: {
    kind: "Connection",
    lines: (props) => line("provider", textOf(props.providerType)),
  },
  [CODEBUILD_PROJECT]: {
    kind: "CodeBuild project",
    lines: ({ environment, serviceRole }) => [
      ...line("image", textOf(environment, "image")),
      ...roleLine(serviceRole),
    ],
    arrows: [{ property: "environment", types: [ECR_REPOSITORY], label: "pushes to" }],
  },
  [PIPELINE]: {
    kind: "CodePipeline pipeline",
    lines: ({ roleArn, stages }) => [
      ...items(stages).map((stage) => {
        const name = shown(field(stage, "name"));
        const providers = items(field(stage, "actions")).map((action) =>
          shown(field(action, "provider")),
        );
        return { key: `stage ${name}`, text: `${name}: ${providers.join(", ")}` };
      }),
      ...roleLine(roleArn),
    ],
    arrows: [
      { property: "artifactStores", types: [BUCKET], label: "keeps artifacts in" },
      { property: "artifactStores", types: [KEY], label: "encrypts by" },
    ],
  },
  [DEPLOYMENT_GROUP]: {
    kind: "CodeDeploy deployment group",
    lines: (props) => line("config", textOf(props.deploymentConfigName)),
  },
  [EVENT_RULE]: { kind: "EventBridge rule" },
  "aws:scheduler/schedule:Schedule": {
    kind: "EventBridge schedule",
    lines: ({ scheduleExpression }) => line("schedule", textOf(scheduleExpression)),
  },
  "aws:sqs/queue:Queue": { kind: "SQS queue" },
  [TOPIC]: { kind: "SNS topic" },
  "aws:codestarnotifications/notificationRule:NotificationRule": {
    kind: "Notification rule",
    arrows: [
      { property: "resource", types: [PIPELINE, CODEBUILD_PROJECT], label: "watches" },
      { property: "targets", types: [TOPIC], label: "tells" },
    ],
  },
};

/** Types that are drawn as an arrow between two boxes. */
const connectors: Readonly<Record<string, { from: string; to: string; label: string }>> = {
  "aws:cloudwatch/eventTarget:EventTarget": { from: "rule", to: "arn", label: "starts" },
  "aws:sns/topicSubscription:TopicSubscription": { from: "topic", to: "endpoint", label: "tells" },
};

/** Types that this file draws. */
export const REGIONAL_TYPES: readonly string[] = [
  ...Object.keys(regionalTypes),
  ...Object.keys(connectors),
];

/** Draws what is not in a VPC: repositories, secrets, pipelines and what they work on. */
export function drawRegional(picture: Picture): void {
  const { references } = picture;
  for (const resource of references.ofType(Object.keys(regionalTypes))) {
    const { kind, lines } = regionalTypes[resource.type] ?? { kind: resource.type };
    addBox(picture, {
      key: resource.urn,
      shape: "card",
      kind,
      title: titleOf(resource),
      lines: lines?.(resource.props) ?? [],
      parent: REGION,
      urns: [resource.urn],
    });
  }
  for (const resource of references.ofType(Object.keys(regionalTypes))) {
    for (const { property, types, label } of regionalTypes[resource.type]?.arrows ?? []) {
      for (const { urn, type } of references.behind(resource, property)) {
        if (!types.includes(type)) continue;
        addArrow(picture, { kind: "use", from: resource.urn, to: urn, label });
      }
    }
  }
  drawPipelines(picture);
  drawEvents(picture);
  for (const resource of references.ofType(Object.keys(connectors))) {
    const { from, to, label } = connectors[resource.type] ?? { from: "", to: "", label: "" };
    for (const source of references.behind(resource, from)) {
      for (const target of references.behind(resource, to)) {
        addArrow(picture, { kind: "use", from: source.urn, to: target.urn, label });
      }
    }
  }
  drawImagesAndSecrets(picture);
}

/** Arrows from the repositories whose events a rule waits for. */
function drawEvents(picture: Picture): void {
  const { references } = picture;
  const types = [GIT_REPOSITORY, ECR_REPOSITORY];
  for (const rule of references.ofType([EVENT_RULE])) {
    const pattern = textOf(rule.props.eventPattern);
    const named = references
      .ofType(types)
      .filter(({ props }) => namesArn(pattern, textOf(props.arn)));
    const behind = references
      .behind(rule, "eventPattern")
      .filter(({ type }) => types.includes(type));
    for (const { urn } of pattern === undefined ? behind : named) {
      addArrow(picture, { kind: "use", from: urn, to: rule.urn, label: "tells of pushes" });
    }
  }
}

/** Whether a JSON text has an ARN as one of its texts. */
const namesArn = (json: string | undefined, arn: string | undefined) =>
  arn !== undefined && json?.includes(JSON.stringify(arn)) === true;

/** Arrows from services to the repositories of their images and to the secrets that they read. */
function drawImagesAndSecrets(picture: Picture): void {
  const { references } = picture;
  const secretTypes = ["aws:secretsmanager/secret:Secret", "aws:ssm/parameter:Parameter"];
  for (const service of references.ofType([SERVICE])) {
    for (const definition of references.referred(service, "taskDefinition", [TASK_DEFINITION])) {
      const containers = containersOf(definition);
      const behind = containers ? [] : references.behind(definition, "containerDefinitions");
      for (const repository of references.ofType([ECR_REPOSITORY])) {
        const url = textOf(repository.props.repositoryUrl);
        const used =
          behind.includes(repository) ||
          containers?.some(
            ({ image }) => url !== undefined && image.split(/[:@]/).join(" ").startsWith(`${url} `),
          );
        const label = used ? "pulls" : "may pull";
        if (!used && !mayPull(picture, definition, repository)) continue;
        addArrow(picture, { kind: "use", from: service.urn, to: repository.urn, label });
      }
      for (const secret of references.ofType(secretTypes)) {
        const arn = textOf(secret.props.arn);
        const used =
          behind.includes(secret) ||
          containers?.some(({ secrets }) =>
            // A secret's ARN may be followed by a JSON key.
            secrets.some((from) => from === arn || (arn && from.startsWith(`${arn}:`))),
          );
        if (!used) continue;
        addArrow(picture, { kind: "use", from: service.urn, to: secret.urn, label: "reads" });
      }
    }
  }
}

/** Whether the execution role may pull a repository's images: a service that a pipeline deploys begins with another's. */
function mayPull(
  { references }: Picture,
  definition: StackResource,
  repository: StackResource,
): boolean {
  const roles = references.referred(definition, "executionRoleArn", [ROLE]);
  return references
    .ofType([ROLE_POLICY])
    .filter((policy) =>
      references.referred(policy, "role", [ROLE]).some((role) => roles.includes(role)),
    )
    .some((policy) => {
      const text = textOf(policy.props.policy);
      return text === undefined
        ? references.behind(policy, "policy").includes(repository)
        : namesArn(text, textOf(repository.props.arn));
    });
}
