import {
  CLUSTER,
  CODEBUILD_PROJECT,
  DEPLOYMENT_GROUP,
  ECR_REPOSITORY,
  PIPELINE,
  SERVICE,
} from "../../../policies/graph/tokens";
import { field, items, type Value } from "../../../policies/graph/value";
import { addArrow, addBox, type Picture } from "./picture";
import { textOf, titleOf } from "./references";
import type { StackResource } from "./state";

export const GIT_REPOSITORY = "aws:codecommit/repository:Repository";
export const CONNECTIONS = [
  "aws:codestarconnections/connection:Connection",
  "aws:codeconnections/connection:Connection",
] as const;

/** What an action of a pipeline works on. */
interface Provider {
  /** The action's setting that names the resource. */
  setting: string;
  types: readonly string[];
  label: string;
  /** Whether the pipeline takes from it. */
  isSource?: boolean;
  /** Whether people push commits to it. */
  holdsCode?: boolean;
}

/** What each action provider works on. */
const providers: Readonly<Record<string, Provider>> = {
  CodeCommit: {
    setting: "RepositoryName",
    types: [GIT_REPOSITORY],
    label: "is read by",
    isSource: true,
    holdsCode: true,
  },
  CodeStarSourceConnection: {
    setting: "ConnectionArn",
    types: CONNECTIONS,
    label: "is read by",
    isSource: true,
    holdsCode: true,
  },
  ECR: { setting: "RepositoryName", types: [ECR_REPOSITORY], label: "is read by", isSource: true },
  CodeBuild: { setting: "ProjectName", types: [CODEBUILD_PROJECT], label: "builds by" },
  ECS: { setting: "ServiceName", types: [SERVICE], label: "deploys" },
  CodeDeployToECS: {
    setting: "DeploymentGroupName",
    types: [DEPLOYMENT_GROUP],
    label: "deploys by",
  },
};

/** Draws arrows from pipelines to the resources that their actions work on, and from CodeDeploy to its services. */
export function drawPipelines(picture: Picture): void {
  for (const pipeline of picture.references.ofType([PIPELINE])) {
    const actions = items(pipeline.props.stages).flatMap((stage) => items(field(stage, "actions")));
    for (const action of actions) drawAction(picture, pipeline, action);
  }
  for (const group of picture.references.ofType([DEPLOYMENT_GROUP])) {
    const { ecsService } = group.props;
    const cluster = textOf(ecsService, "clusterName");
    const services = picture.references
      .referred(group, "ecsService", [SERVICE], field(ecsService, "serviceName"))
      .filter((service) => cluster === undefined || clusterName(picture, service) === cluster);
    for (const { urn } of services) {
      addArrow(picture, { kind: "use", from: group.urn, to: urn, label: "deploys" });
    }
  }
}

function drawAction(picture: Picture, pipeline: StackResource, action: Value): void {
  const { references } = picture;
  const provider = providers[textOf(action, "provider") ?? ""];
  if (!provider) return;
  const { setting, types, label, isSource, holdsCode } = provider;
  const cluster = textOf(action, "configuration", "ClusterName");
  const targets = references
    .referred(pipeline, "stages", types, field(action, "configuration", setting))
    // Services in two clusters may have the same name.
    .filter((target) => cluster === undefined || clusterName(picture, target) === cluster);
  for (const { urn } of targets) {
    const [from, to] = isSource ? [urn, pipeline.urn] : [pipeline.urn, urn];
    addArrow(picture, { kind: "use", from, to, label });
    if (holdsCode) drawDeveloper(picture, urn);
  }
}

/** Who pushes commits to where a pipeline takes them from. */
function drawDeveloper(picture: Picture, source: string): void {
  const key = "developer";
  const texts = { kind: "Developer", title: "git push", lines: [] };
  addBox(picture, { key, shape: "outside", ...texts, urns: [] });
  addArrow(picture, { kind: "use", from: key, to: source, label: "" });
}

function clusterName({ references }: Picture, service: StackResource): string | undefined {
  const [cluster] = references.referred(service, "cluster", [CLUSTER]);
  return cluster ? titleOf(cluster) : textOf(service.props.cluster)?.split("/").at(-1);
}
