/** The parts of a pipeline's action that its provider's rules concern. */
export interface Action {
  readonly category: string;
  readonly configuration?: Readonly<Record<string, string>> | undefined;
  readonly inputArtifacts?: readonly string[] | undefined;
  readonly name: string;
  readonly outputArtifacts?: readonly string[] | undefined;
  readonly owner: string;
  readonly provider: string;
  readonly version: string;
}

/** How many artifacts an action takes or produces: minimum, maximum. */
type Count = readonly [from: number, to: number];

interface Provider {
  readonly category: string;
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly inputs: Count;
  readonly outputs: Count;
}

/** AWS CodePipeline User Guide, "Action structure reference" and "Number of input and output artifacts". */
const PROVIDERS: Readonly<Record<string, Provider>> = {
  CodeCommit: {
    category: "Source",
    required: ["RepositoryName", "BranchName"],
    optional: ["PollForSourceChanges", "OutputArtifactFormat"],
    inputs: [0, 0],
    outputs: [1, 1],
  },
  CodeStarSourceConnection: {
    category: "Source",
    required: ["ConnectionArn", "FullRepositoryId", "BranchName"],
    optional: ["DetectChanges", "OutputArtifactFormat"],
    inputs: [0, 0],
    outputs: [1, 1],
  },
  CodeBuild: {
    category: "Build",
    required: ["ProjectName"],
    optional: ["PrimarySource", "BatchEnabled", "CombineArtifacts", "EnvironmentVariables"],
    inputs: [1, 5],
    outputs: [0, 5],
  },
  Manual: {
    category: "Approval",
    required: [],
    optional: ["CustomData", "ExternalEntityLink", "NotificationArn"],
    inputs: [0, 0],
    outputs: [0, 0],
  },
  ECS: {
    category: "Deploy",
    required: ["ClusterName", "ServiceName"],
    optional: ["FileName", "DeploymentTimeout"],
    inputs: [1, 1],
    outputs: [0, 0],
  },
  CodeDeployToECS: {
    category: "Deploy",
    required: [
      "ApplicationName",
      "DeploymentGroupName",
      "TaskDefinitionTemplateArtifact",
      "AppSpecTemplateArtifact",
    ],
    optional: [
      "AppSpecTemplatePath",
      "TaskDefinitionTemplatePath",
      ...[1, 2, 3, 4].flatMap((i) => [`Image${i}ArtifactName`, `Image${i}ContainerName`]),
    ],
    inputs: [1, 5],
    outputs: [0, 0],
  },
};

/** What is wrong with an action by its provider's rules, in AWS's words; undefined if nothing is. */
export function actionProblem(action: Action): string | undefined {
  const provider = PROVIDERS[action.provider];
  const isAws = action.owner === "AWS" && action.version === "1";
  const isTest = action.provider === "CodeBuild" && action.category === "Test";
  if (!isAws || !provider || (provider.category !== action.category && !isTest)) {
    return (
      `ActionType (Category: '${action.category}', Provider: '${action.provider}', Owner: ` +
      `'${action.owner}', Version: '${action.version}') in action '${action.name}' is not available ` +
      `in the offline account, which has ${Object.keys(PROVIDERS).join(", ")} of owner AWS, version 1`
    );
  }
  return configurationProblem(action, provider) ?? artifactsProblem(action, provider);
}

function configurationProblem({ configuration = {}, name }: Action, provider: Provider) {
  const missing = provider.required.find((key) => configuration[key] === undefined);
  if (missing !== undefined) {
    return `Action configuration for action '${name}' is missing required configuration '${missing}'`;
  }
  const known = [...provider.required, ...provider.optional];
  const stranger = Object.keys(configuration).find((key) => !known.includes(key));
  if (stranger !== undefined) {
    return `Action configuration for action '${name}' contains unknown configuration '${stranger}'`;
  }
  const empty = Object.entries(configuration).find(
    ([, value]) => value === "" || value.length > 1000,
  );
  return (
    empty &&
    `Action configuration for action '${name}': the value of '${empty[0]}' must have 1 to 1000 characters`
  );
}

function artifactsProblem(action: Action, provider: Provider): string | undefined {
  const kinds = [
    ["input", action.inputArtifacts, provider.inputs],
    ["output", action.outputArtifacts, provider.outputs],
  ] as const;
  for (const [kind, artifacts = [], [from, to]] of kinds) {
    if (artifacts.length >= from && artifacts.length <= to) continue;
    return (
      `Action '${action.name}' has ${artifacts.length} ${kind} artifacts, but ` +
      `${action.provider} ${kind === "input" ? "takes" : "makes"} ${from === to ? from : `${from} to ${to}`}`
    );
  }
  return undefined;
}
