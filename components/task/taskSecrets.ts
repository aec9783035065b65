import * as pulumi from "@pulumi/pulumi";

import { allow, policyDocument, type Statement } from "../shared/iamPolicies";

/** A secret that ECS reads when a task starts and passes to the container. */
export interface SecretSource {
  /**
   * ARN of a secret in Secrets Manager or of a parameter in Parameter Store. For one key of a JSON secret, append
   * `:<key>::`, or set `jsonKey`.
   * @throws if it is text but not such an ARN
   */
  valueFrom: pulumi.Input<string>;
  /**
   * The key of a JSON secret; not for a parameter.
   * @default none: all of the secret
   * @throws if it has a colon or a space, is for a parameter, or `valueFrom` already names a key
   */
  jsonKey?: string;
  /**
   * ARN of the KMS key that encrypts it, if it is your own.
   * @default AWS's managed key, which needs no permission
   * @throws only from AWS, during the update
   */
  kmsKeyArn?: pulumi.Input<string>;
}

/** The containers' secrets by the name of their environment variable. */
export type Secrets = Readonly<Record<string, SecretSource>>;

/** A secret as container definitions have it. */
export interface ContainerSecret {
  name: string;
  valueFrom: string;
}

/** The secrets in the form of container definitions, sorted by name, as ECS returns them. */
export function containerSecrets(secrets: Secrets): pulumi.Output<ContainerSecret[]> {
  const sorted = Object.entries(secrets).sort(([one], [other]) => (one < other ? -1 : 1));
  return pulumi.all(
    sorted.map(([name, { valueFrom, jsonKey }]) => ({
      name,
      valueFrom: jsonKey === undefined ? valueFrom : pulumi.interpolate`${valueFrom}:${jsonKey}::`,
    })),
  );
}

/**
 * The policy that lets an execution role read exactly these secrets.
 *
 * Source: Amazon ECS developer guide, "Task execution IAM role", "Secrets Manager or Systems Manager
 * permissions".
 */
export function secretsPolicy(sources: readonly SecretSource[]): pulumi.Output<string> {
  return pulumi
    .all([
      pulumi.all(sources.map(({ valueFrom }) => valueFrom)),
      pulumi.all(sources.flatMap(({ kmsKeyArn }) => (kmsKeyArn === undefined ? [] : [kmsKeyArn]))),
    ])
    .apply(([values, keys]) => policyDocument(reading(values, keys)));
}

function reading(values: readonly string[], keys: readonly string[]): Statement[] {
  const ofService = (service: string) =>
    values.map(withoutKey).filter((arn) => arn.split(":")[2] === service);
  return [
    ...once("secretsmanager:GetSecretValue", ofService("secretsmanager")),
    ...once("ssm:GetParameters", ofService("ssm")),
    ...once("kms:Decrypt", keys),
  ];
}

/** A secret's ARN has seven parts; the rest selects a key or version. */
const withoutKey = (arn: string) => arn.split(":").slice(0, 7).join(":");

/** A statement that names each resource once, or none without resources. */
function once(action: string, arns: readonly string[]): Statement[] {
  const resources = [...new Set(arns)].sort();
  return resources.length === 0 ? [] : [allow(action, resources)];
}

/**
 * Reports problems with a container's variables, plain and secret.
 *
 * @param where `""` for the own container's arguments, e.g. `sidecars.agent.` for another's.
 */
export function variableProblems(
  environment: Readonly<Record<string, unknown>>,
  secrets: Secrets,
  where = "",
): string[] {
  const plain = Object.keys(environment);
  const secret = Object.keys(secrets);
  return [
    ...[...plain, ...secret]
      .filter((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      .map(
        (name) =>
          `${where}environment: "${name}" must be letters, digits and _, and not begin with a digit`,
      ),
    ...secret
      .filter((name) => plain.includes(name))
      .map(
        (name) =>
          `${where}environment: "${name}" is in environment and in secrets; leave it in secrets`,
      ),
    ...secretProblems(`${where}secrets`, secrets),
  ];
}

/** Reports problems with the sources of secrets. */
export function secretProblems(key: string, secrets: Secrets): string[] {
  return Object.entries(secrets).flatMap(([name, { valueFrom, jsonKey }]) => {
    const where = `${key}.${name}`;
    if (jsonKey !== undefined && !/^[^:\s]+$/.test(jsonKey)) {
      return [`${where}.jsonKey "${jsonKey}" may have neither colons nor spaces, and not be empty`];
    }
    if (typeof valueFrom !== "string") return [];
    if (!isSecretArn(valueFrom)) {
      return [`${where}: "${valueFrom}" must be the ARN of a secret or a parameter`];
    }
    if (jsonKey === undefined) return [];
    if (valueFrom.split(":")[2] === "ssm") {
      return [
        `${where}.jsonKey "${jsonKey}": only a secret has keys, a parameter has none; leave it out`,
      ];
    }
    return valueFrom === withoutKey(valueFrom)
      ? []
      : [`${where}: "${valueFrom}" already names a key; leave jsonKey out`];
  });
}

const isSecretArn = (text: string) =>
  /^arn:[\w-]+:(secretsmanager|ssm):[\w-]+:\d{12}:(secret|parameter)[:/]/.test(text);
