import * as tokens from "../../graph/tokens";
import { field, type Fields, isFields, items, toText, type Value } from "../../graph/value";
import { documentPlaces, json, type CredentialPlace, secretPlace } from "./documents";
import { named } from "./places";

/** Parses a value that is JSON; any other value stays as it is. */
const document = (value: Value): Value =>
  typeof value === "string" ? (json(value) ?? value) : value;

/** Properties of a job definition that describe containers, some of them as JSON. */
const JOB = ["containerProperties", "ecsProperties", "eksProperties", "nodeProperties"];

/** Source: AWS Batch user guide, "Job definition parameters". */
const jobPlaces = (props: Fields): readonly CredentialPlace[] => [
  ...JOB.flatMap((name) => documentPlaces("The job definition", document(props[name]), name)),
  ...named("The job definition", "parameter", props.parameters),
];

const functionPlaces = ({ environment, imageConfig }: Fields): readonly CredentialPlace[] => [
  ...named("The function", "variable", field(environment, "variables")),
  ...documentPlaces("The function", imageConfig, "imageConfig"),
];

/** Variables as a map, or as CloudFormation's list of names and values. */
const variablePlaces = (where: string, variables: Value): readonly CredentialPlace[] =>
  Array.isArray(variables)
    ? documentPlaces(where, variables, "variables")
    : named(where, "variable", variables);

const glueJob = ({
  defaultArguments,
  nonOverridableArguments,
}: Fields): readonly CredentialPlace[] => [
  ...named("The job", "argument", defaultArguments),
  ...named("The job", "argument", nonOverridableArguments),
];

/** Variables and secrets, which are lists of names and values in CloudFormation, and commands. */
function appRunnerPlaces({ sourceConfiguration }: Fields): readonly CredentialPlace[] {
  const where = "The service";
  const given: readonly Value[] = [
    field(sourceConfiguration, "imageRepository", "imageConfiguration"),
    field(sourceConfiguration, "codeRepository", "codeConfiguration", "codeConfigurationValues"),
  ];
  return given.flatMap((each) => appRunnerValues(where, each));
}

function appRunnerValues(where: string, values: Value): readonly CredentialPlace[] {
  const variables = field(values, "runtimeEnvironmentVariables");
  const secrets = field(values, "runtimeEnvironmentSecrets");
  const pairs: readonly (readonly [Value, Value])[] = isFields(secrets)
    ? Object.entries(secrets)
    : items(secrets).map((secret): [Value, Value] => [
        field(secret, "name"),
        field(secret, "value"),
      ]);
  return [
    ...variablePlaces(where, variables),
    ...pairs.map(([name, value]) => secretPlace(where, toText(name), value)),
    ...["startCommand", "buildCommand"].map((what): CredentialPlace => {
      return { where, what, value: field(values, what) };
    }),
  ];
}

const containerService = ({ containers }: Fields): readonly CredentialPlace[] =>
  items(containers).flatMap((each: Value) => [
    ...named("The container", "variable", field(each, "environment")),
    ...documentPlaces("The container", field(each, "commands"), "commands"),
  ]);

const READERS: Readonly<Record<string, (props: Fields) => readonly CredentialPlace[]>> = {
  [tokens.BATCH_JOB]: jobPlaces,
  [tokens.LAMBDA_FUNCTION]: functionPlaces,
  [tokens.APP_RUNNER_SERVICE]: appRunnerPlaces,
  [tokens.LIGHTSAIL_CONTAINERS]: containerService,
  [tokens.GLUE_JOB]: glueJob,
  ...Object.fromEntries(
    tokens.AMPLIFY.map((type) => [
      type,
      (props: Fields) => variablePlaces("The app", props.environmentVariables),
    ]),
  ),
  [tokens.BEANSTALK]: ({ settings }) => documentPlaces("The environment", settings, "settings"),
};

/** Types of resources that run programs outside ECS and pass them variables. */
export const WORKLOADS = Object.keys(READERS);

/** The plain text that such a resource passes to its program. */
export const workloadPlaces = (type: string, props: Fields): readonly CredentialPlace[] =>
  READERS[type]?.(props) ?? [];
