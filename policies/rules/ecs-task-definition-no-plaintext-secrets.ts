import {
  CODEBUILD_PROJECT,
  EVENT_TARGET,
  PIPE,
  PIPELINE,
  RUN_TASK,
  SCHEDULE,
  SERVICE,
  STATE_MACHINE,
  TASK_DEFINITION,
} from "../graph/tokens";
import { field, type Fields } from "../graph/value";
import { pipelinePlaces, projectPlaces } from "../lib/credentials/builds";
import type { CredentialPlace } from "../lib/credentials/documents";
import type { Wanted } from "../lib/credentials/find";
import { inputPlaces, overridePlaces, templatePlaces } from "../lib/credentials/overrides";
import { reportCredentials, servicePlaces, taskPlaces } from "../lib/credentials/places";
import { workloadPlaces, WORKLOADS } from "../lib/credentials/workloads";
import { securityHub } from "../lib/frameworks";
import { makeRule, type Report } from "../lib/rule";
import { knownPart } from "../lib/unknown";

interface Settings {
  readonly namePattern: string;
  readonly valuePattern: string;
}

/** Properties that other rules may need too; an unknown one is reported once. */
const READ_AS_A_WHOLE = ["environment", "source", "secondarySources", "stages", "volumes"].concat([
  ...["containerProperties", "ecsProperties", "eksProperties", "nodeProperties", "parameters"],
  ...["sourceConfiguration", "containers", "settings", "definition"],
]);

export default makeRule<Settings>(
  {
    name: "ecs-task-definition-no-plaintext-secrets",
    description: "Credentials are not passed as plain environment variables, options or commands.",
    level: "mandatory",
    severity: "critical",
    framework: securityHub("ECS.8", "Secrets are not passed as container environment variables"),
    tags: ["security-hub:CodeBuild.2"],
    remediationSteps:
      "Store the value in Secrets Manager or Parameter Store and name it there: a container by " +
      "secrets[].valueFrom (log options by secretOptions), a build by a variable of type SECRETS_MANAGER " +
      "or PARAMETER_STORE; a function fetches it with its role.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    types: [
      ...[TASK_DEFINITION, EVENT_TARGET, SCHEDULE, PIPE, STATE_MACHINE, RUN_TASK],
      ...[SERVICE, CODEBUILD_PROJECT, PIPELINE, ...WORKLOADS],
    ],
    settings: {
      namePattern: {
        type: "string",
        description:
          "Regular expression, in any case, for names of variables that hold credentials, instead of the pack's own list.",
        default: "",
      },
      valuePattern: {
        type: "string",
        description:
          "Regular expression for values that are credentials whatever their name, in addition to the forms that the pack knows.",
        default: "",
      },
    },
  },
  {
    resource({ type, props, settings }, report) {
      const known = knownPart(props, READ_AS_A_WHOLE, report);
      reportCredentials(placesOf(type, known, report), report, wantedBy(settings));
    },
  },
);

function wantedBy({ namePattern, valuePattern }: Settings): Wanted {
  return {
    name: namePattern === "" ? undefined : new RegExp(namePattern, "i"),
    value: valuePattern === "" ? undefined : new RegExp(valuePattern),
  };
}

function placesOf(type: string, props: Fields, report: Report): readonly CredentialPlace[] {
  switch (type) {
    case TASK_DEFINITION:
      return taskPlaces(props, report);
    case CODEBUILD_PROJECT:
      return projectPlaces(props);
    case PIPELINE:
      return pipelinePlaces(props);
    case SERVICE:
      return servicePlaces(props);
    case SCHEDULE:
      return inputPlaces(field(props.target, "input"));
    case EVENT_TARGET:
      return [
        ...inputPlaces(props.input),
        ...templatePlaces(field(props.inputTransformer, "inputTemplate")),
        ...inputPlaces(props.httpTarget, "httpTarget"),
      ];
    case PIPE:
      return [
        ...templatePlaces(field(props.targetParameters, "inputTemplate")),
        ...templatePlaces(field(props.enrichmentParameters, "inputTemplate")),
      ];
    case STATE_MACHINE:
      return inputPlaces(props.definition, "definition", "The state machine");
    case RUN_TASK:
      return overridePlaces(props.overrides);
    default:
      return workloadPlaces(type, props);
  }
}
