import { parse } from "yaml";
import {
  field,
  type Fields,
  isAbsent,
  isFields,
  items,
  plain,
  toText,
  UNKNOWN,
  type Value,
} from "../../graph/value";
import { type CredentialPlace, storedPlace } from "./documents";
import { variables } from "./places";

/** Parses YAML, which includes JSON. @returns undefined for any other text */
function parsed(text: Value): Value {
  if (typeof text !== "string") return undefined;
  try {
    return plain(parse(text, { logLevel: "silent" }));
  } catch {
    return undefined;
  }
}

/** A build's variables, some of which are references to secrets; if the type is unknown, so is the value. */
function buildVariables(where: string, list: Value): readonly CredentialPlace[] {
  return items(list).flatMap((variable): readonly CredentialPlace[] => {
    const kind = field(variable, "type");
    if (!isAbsent(kind) && kind !== UNKNOWN && kind !== "PLAINTEXT") {
      return [storedPlace(where, toText(field(variable, "name")), field(variable, "value"))];
    }
    return kind === UNKNOWN
      ? [{ where, what: "a variable", value: UNKNOWN } as const]
      : variables(where, [variable]);
  });
}

/**
 * Variables and commands of a buildspec that is written in the project itself.
 *
 * Source: AWS CodeBuild user guide, "Build specification reference for CodeBuild".
 */
function buildspecPlaces(where: string, buildspec: Value): readonly CredentialPlace[] {
  if (buildspec === UNKNOWN) return [{ where, what: "buildspec", value: UNKNOWN }];
  const spec = parsed(buildspec);
  const given = field(spec, "env", "variables");
  const phases = field(spec, "phases");
  const commands = (isFields(phases) ? Object.values(phases) : []).flatMap((phase) =>
    ["commands", "finally"].flatMap((name): readonly Value[] => items(field(phase, name))),
  );
  return [
    ...(isFields(given) ? Object.entries(given) : []).map(([name, value]): CredentialPlace => {
      return { where, what: `the buildspec's variable ${name}`, name, value };
    }),
    ...commands.map((value): CredentialPlace => ({
      where,
      what: "a command of the buildspec",
      value,
    })),
  ];
}

/** The plain text that an `aws.codebuild.Project` passes to its builds. */
export function projectPlaces({
  environment,
  source,
  secondarySources,
}: Fields): readonly CredentialPlace[] {
  const where = "The project";
  return [
    ...buildVariables(where, field(environment, "environmentVariables")),
    ...[...items(source), ...items(secondarySources)].flatMap((each) =>
      buildspecPlaces(where, field(each, "buildspec")),
    ),
  ];
}

/** Settings that CloudFormation's and Lambda's actions pass on as text. */
const TEXTS = ["ParameterOverrides", "UserParameters"];

/**
 * The plain text that an `aws.codepipeline.Pipeline` passes to its actions.
 *
 * Source: AWS CodePipeline user guide, "Action structure reference": CodeBuild's EnvironmentVariables are JSON.
 */
export function pipelinePlaces(props: Fields): readonly CredentialPlace[] {
  const given = variables("The pipeline", props.variables, "defaultValue");
  const actions = items(props.stages).flatMap((stage) => items(field(stage, "actions")));
  return [...given, ...actions.flatMap(actionPlaces)];
}

function actionPlaces(action: Value): readonly CredentialPlace[] {
  const where = `The action ${toText(field(action, "name"))}`;
  const place = (what: string, value: Value): CredentialPlace => ({ where, what, value });
  const configuration = field(action, "configuration");
  if (configuration === UNKNOWN) return [place("configuration", UNKNOWN)];
  const list = field(configuration, "EnvironmentVariables");
  return [
    ...(list === UNKNOWN
      ? [place("EnvironmentVariables", UNKNOWN)]
      : buildVariables(where, parsed(list))),
    ...TEXTS.map((what) => place(what, field(configuration, what))),
    ...items(field(action, "commands")).map((value) => place("commands", value)),
  ];
}
