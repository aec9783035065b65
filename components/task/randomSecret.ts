import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { physicalName } from "../shared/names";
import { rejectProblems } from "../shared/problems";
import { type Transform, transformed } from "../shared/transform";
import type { SecretSource } from "./taskSecrets";

/** What a random secret takes in any language. */
export interface RandomSecretInputs {
  /**
   * Base of the secret's name in Secrets Manager; the stack is added. 1 to 64 lower-case letters,
   * digits and single hyphens, starting with a letter.
   * @throws if it has another form
   */
  name: string;
  /**
   * What the secret is for, as Secrets Manager shows it.
   * @default none
   * @throws only from AWS, during the update
   */
  description?: string;
}

/** Overrides for the arguments of each resource that a random secret consists of. */
export interface RandomSecretTransform {
  text?: Transform<random.RandomPasswordArgs>;
  secret?: Transform<aws.secretsmanager.SecretArgs>;
  secretVersion?: Transform<aws.secretsmanager.SecretVersionArgs>;
}

export interface RandomSecretArgs extends RandomSecretInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: RandomSecretTransform;
}

/**
 * 64 random letters and digits in Secrets Manager, created once and kept until this component is replaced: for keys
 * that nobody needs to know. A service gets the text by {@link source}.
 *
 * The text is encrypted in the stack's state, like every Pulumi secret, and is stored nowhere in plain text. It is
 * passed to Secrets Manager in a write-only argument, which a refresh never reads back.
 *
 * A secret costs USD 0.40 a month.
 *
 * Source: AWS Secrets Manager user guide, "Create an AWS Secrets Manager secret".
 *
 * @throws pulumi.ResourceError if the name is invalid.
 */
export class RandomSecret extends pulumi.ComponentResource {
  /** Reference for a task definition's `secrets`. */
  readonly source: SecretSource;
  /** Physical name of the secret. */
  readonly secretName: pulumi.Output<string>;

  constructor(name: string, args: RandomSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:secretsmanager:RandomSecret", name, {}, opts);
    rejectProblems(this, [secretNameProblem(args.name)]);

    // Not RandomBytes: its id is the text itself, unencrypted.
    const text = new random.RandomPassword(
      `${name}-text`,
      transformed(`${name}-text`, { length: 64, special: false }, args.transform?.text),
      { parent: this },
    );
    const secret = new aws.secretsmanager.Secret(
      `${name}-secret`,
      transformed(
        `${name}-secret`,
        {
          name: physicalName("secret", args.name, pulumi.getStack()),
          description: args.description,
          // Otherwise the name stays taken for weeks after a destroy.
          recoveryWindowInDays: 0,
        },
        args.transform?.secret,
      ),
      { parent: this },
    );
    const version = new aws.secretsmanager.SecretVersion(
      `${name}-version`,
      transformed(
        `${name}-version`,
        { secretId: secret.id, secretStringWo: text.result, secretStringWoVersion: 1 },
        args.transform?.secretVersion,
      ),
      { parent: this },
    );

    // Refers to the version, so that tasks wait for the value: a task that starts before it exists fails.
    this.source = { valueFrom: version.secretArn };
    this.secretName = secret.name;
    this.registerOutputs({ secretName: this.secretName });
  }
}

/** Says what is wrong with a secret's name, or nothing if it may be used. */
function secretNameProblem(name: string): string | undefined {
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 64
    ? undefined
    : `name "${name}" must be lower-case letters, digits and single hyphens, at most 64 characters`;
}
