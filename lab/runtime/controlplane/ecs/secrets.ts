import type { AccountView } from "../../../account/record";
import { TaskStartError } from "../../dataplane/tasks/runtime";

const SECRET_VERSION = "aws:secretsmanager/secretVersion:SecretVersion";

/**
 * The values of a container's secrets, read from the account as ECS's agent reads them before it starts the container.
 * Permissions of the execution role are not evaluated.
 *
 * @param secrets `valueFrom` is the ARN of a secret, or `<ARN>:<key>::` for one key of its JSON.
 * @throws {TaskStartError} `ResourceInitializationError: …`, which names the ARN, but never a value
 */
export function secretValues(
  account: AccountView,
  secrets: readonly { readonly name: string; readonly valueFrom: string }[],
): Record<string, string> {
  return Object.fromEntries(
    secrets.map(({ name, valueFrom }) => [name, secretValue(account, valueFrom)]),
  );
}

function secretValue(account: AccountView, valueFrom: string): string {
  const parts = valueFrom.split(":");
  const arn = parts.slice(0, 7).join(":");
  const [key = "", givenStage = "", versionId = ""] = parts.slice(7);
  // Secrets Manager API, "GetSecretValue": without a stage or version, the current one is returned.
  const stage = givenStage === "" && versionId === "" ? "AWSCURRENT" : givenStage;
  if (parts[2] !== "secretsmanager") {
    throw unable(`the lab does not simulate Parameter Store, so it cannot find ${valueFrom}`);
  }
  const version = account
    .list(SECRET_VERSION)
    .filter(({ outputs }) => outputs.secretArn === arn)
    .filter(({ outputs }) => versionId === "" || outputs.versionId === versionId)
    .filter(({ outputs }) => {
      const stages = (outputs.versionStages ?? []) as string[];
      return stage === "" || stages.includes(stage);
    })
    .at(-1);
  if (version === undefined) {
    throw unable(
      "ResourceNotFoundException: Secrets Manager can't find the specified secret value for " +
        valueFrom,
    );
  }
  const { secretString, secretStringWo, secretBinary } = version.inputs;
  const text = String(secretString ?? secretStringWo ?? secretBinary);
  return key === "" ? text : valueOfKey(text, key, arn);
}

function valueOfKey(text: string, key: string, arn: string): string {
  let value: unknown;
  try {
    value = (JSON.parse(text) as Record<string, unknown> | null)?.[key];
  } catch {
    throw unable(`the secret ${arn} is not JSON, so it has no key ${key}`);
  }
  if (value === undefined) throw unable(`the secret ${arn} did not contain json key ${key}`);
  return typeof value === "string" ? value : JSON.stringify(value);
}

function unable(why: string): TaskStartError {
  return new TaskStartError(
    `ResourceInitializationError: unable to pull secrets or registry auth: ${why}`,
  );
}
