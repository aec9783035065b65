import {
  CODEBUILD_PROJECT,
  DEPLOYMENT_GROUP,
  ECR_REPOSITORY,
  PIPELINE,
  SERVICE,
  TASK_DEFINITION,
} from "../../policies/lib/tokens";
import { field, type Fields, items } from "../../policies/lib/value";
import type { Line } from "./architecture";
import { containersOf } from "./containers";
import { REGION } from "./network";
import { addArrow, addBox, boxOf, type Picture } from "./picture";
import { shown, textOf, titleOf } from "./references";

/** How a type outside the VPC is drawn: a card, and arrows to what its properties refer to. */
interface RegionalType {
  kind: string;
  lines?: (props: Fields) => Line[];
  /** Properties that refer to other boxes, each with what the arrow says. */
  arrows?: Readonly<Record<string, string>>;
}

const line = (key: string, text: string | undefined): Line[] =>
  text === undefined ? [] : [{ key, text }];

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
  "aws:s3/bucket:Bucket": { kind: "S3 bucket" },
  "aws:kms/key:Key": { kind: "KMS key" },
  "aws:codecommit/repository:Repository": { kind: "CodeCommit repository" },
  "aws:codestarconnections/connection:Connection": {
    kind: "Connection",
    lines: (props) => line("provider", textOf(props.providerType)),
  },
  "aws:codeconnections/connection:Connection": {
    kind: "Connection",
    lines: (props) => line("provider", textOf(props.providerType)),
  },
  [CODEBUILD_PROJECT]: {
    kind: "CodeBuild project",
    lines: ({ environment }) => line("image", textOf(environment, "image")),
    arrows: { environment: "pushes to" },
  },
  [PIPELINE]: {
    kind: "CodePipeline pipeline",
    lines: ({ stages }) =>
      items(stages).map((stage) => {
        const name = shown(field(stage, "name"));
        const providers = items(field(stage, "actions")).map((action) =>
          shown(field(action, "provider")),
        );
        return { key: `stage ${name}`, text: `${name}: ${providers.join(", ")}` };
      }),
    arrows: { stages: "runs", artifactStores: "keeps artifacts in" },
  },
  [DEPLOYMENT_GROUP]: {
    kind: "CodeDeploy deployment group",
    lines: (props) => line("config", textOf(props.deploymentConfigName)),
    arrows: { ecsService: "deploys" },
  },
  "aws:cloudwatch/eventRule:EventRule": { kind: "EventBridge rule" },
  "aws:sns/topic:Topic": { kind: "SNS topic" },
  "aws:codestarnotifications/notificationRule:NotificationRule": {
    kind: "Notification rule",
    arrows: { resource: "watches", targets: "tells" },
  },
};

/** Types that are an arrow between two boxes. */
const connectors: Readonly<Record<string, { from: string; to: string; label: string }>> = {
  "aws:cloudwatch/eventTarget:EventTarget": { from: "rule", to: "arn", label: "starts" },
  "aws:sns/topicSubscription:TopicSubscription": { from: "topic", to: "endpoint", label: "tells" },
};

/** Types that this file draws. */
export const REGIONAL_TYPES: readonly string[] = [
  ...Object.keys(regionalTypes),
  ...Object.keys(connectors),
];

/** Draws what stands in no VPC: repositories, secrets, pipelines and what they work on. */
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
    const { arrows = {} } = regionalTypes[resource.type] ?? {};
    for (const [property, label] of Object.entries(arrows)) {
      for (const { urn } of references.behind(resource, property)) {
        const to = boxOf(picture, urn);
        if (!to || to.key === resource.urn) continue;
        addArrow(picture, { kind: "use", from: resource.urn, to: to.key, label });
      }
    }
  }
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
        if (!used) continue;
        addArrow(picture, { kind: "use", from: service.urn, to: repository.urn, label: "pulls" });
      }
      for (const secret of references.ofType(secretTypes)) {
        const arn = textOf(secret.props.arn);
        const used =
          behind.includes(secret) ||
          containers?.some(({ secrets }) =>
            // A key of the secret's value may follow its ARN.
            secrets.some((from) => from === arn || (arn && from.startsWith(`${arn}:`))),
          );
        if (!used) continue;
        addArrow(picture, { kind: "use", from: service.urn, to: secret.urn, label: "reads" });
      }
    }
  }
}
