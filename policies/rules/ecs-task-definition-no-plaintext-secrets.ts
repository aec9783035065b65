import { CODEBUILD_PROJECT, TASK_DEFINITION } from "../graph/tokens";
import { field, type Fields, isAbsent, items, toText, UNKNOWN, type Value } from "../graph/value";
import { containersOf } from "../lib/containers";
import { securityHub } from "../lib/frameworks";
import { makeRule, type Report } from "../lib/rule";

interface Settings {
  readonly namePattern: string;
  readonly valuePattern: string;
}

export default makeRule<Settings>(
  {
    name: "ecs-task-definition-no-plaintext-secrets",
    description: "Credentials are not passed as plain environment variables.",
    level: "mandatory",
    severity: "critical",
    framework: securityHub("ECS.8", "Secrets are not passed as container environment variables"),
    tags: ["security-hub:CodeBuild.2"],
    remediationSteps:
      "Store the value in Secrets Manager or Parameter Store, and name it in secrets[].valueFrom " +
      "(CodeBuild: type SECRETS_MANAGER or PARAMETER_STORE).",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    types: [TASK_DEFINITION, CODEBUILD_PROJECT],
    settings: {
      namePattern: {
        type: "string",
        description:
          "Regular expression, in any case, for names of variables that hold credentials.",
        default:
          "(password|passwd|passphrase|secret|token(?!s|i)|credential|api_?key|access_?key" +
          "|private_?key|auth_data)(?!.*_(arn|name|file|path|url)$)",
      },
      valuePattern: {
        type: "string",
        description: "Regular expression for values that are credentials whatever their name.",
        default:
          "(AKIA|ASIA)[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}" +
          "|-----BEGIN [A-Z ]*PRIVATE KEY-----|://[^/@:]+:[^/@]+@",
      },
    },
  },
  {
    resource({ type, props, settings }, report) {
      const isSecretName = new RegExp(settings.namePattern, "i");
      const isSecretValue = new RegExp(settings.valuePattern);
      for (const { where, name, value } of variablesOf(type, props, report)) {
        const text = toText(value);
        const named = isSecretName.test(name) && !HARMLESS.test(text);
        if (!isAbsent(value) && (named || isSecretValue.test(text))) {
          report.fail(`${where} holds a credential in plain text in the variable ${name}.`);
        } else if (value === UNKNOWN) {
          report.unknown(`${where} has a variable ${name} whose value`);
        }
      }
    },
  },
);

// A flag, a small number or a reference is no credential, whatever its name.
const HARMLESS = /^(true|false|\d{1,5}|arn:.*)$/;

interface Variable {
  readonly where: string;
  readonly name: string;
  readonly value: Value;
}

/** Every variable that is passed in plain text. */
function variablesOf(type: string, props: Fields, report: Report): readonly Variable[] {
  if (type === TASK_DEFINITION) {
    return containersOf(props, report).flatMap((container) =>
      items(container.get("environment")).map((variable) => ({
        where: `The container ${container.name}`,
        name: toText(field(variable, "name")),
        value: field(variable, "value"),
      })),
    );
  }
  return items(field(props.environment, "environmentVariables"))
    .filter((variable) => {
      const kind = field(variable, "type");
      return isAbsent(kind) || kind === UNKNOWN || kind === "PLAINTEXT";
    })
    .map((variable) => {
      // Where the kind is not known, neither is whether the value is one.
      const known = field(variable, "type") !== UNKNOWN && field(variable, "name") !== UNKNOWN;
      return {
        where: "The project",
        name: toText(field(variable, "name")),
        value: known ? field(variable, "value") : UNKNOWN,
      };
    });
}
