import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import * as yaml from "yaml";

const root = path.resolve(__dirname, "..", "..");

/** A resource that the program asked for. */
export interface AskedResource {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}

/** Answers like the engine of a fresh stack and remembers what it was asked for. */
class Recorder implements pulumi.runtime.Mocks {
  readonly resources: AskedResource[] = [];

  newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs) {
    const given = inputs as Record<string, unknown>;
    this.resources.push({ type, name, inputs: given });
    const id = `${name}-id`;
    return { id, state: { ...given, arn: `arn:aws:mock:::${name}`, ...computed(type, name) } };
  }

  call({ token }: pulumi.runtime.MockCallArgs): never {
    throw new Error(`${token}: a preview without an account cannot answer this`);
  }
}

function computed(type: string, name: string): Record<string, unknown> {
  switch (type) {
    case "awsx:ec2:Vpc":
      return {
        vpcId: "vpc-mock",
        publicSubnetIds: ["subnet-public-1", "subnet-public-2"],
        privateSubnetIds: ["subnet-private-1", "subnet-private-2"],
      };
    case "aws:lb/loadBalancer:LoadBalancer":
      return { dnsName: `${name}.elb.mock` };
    default:
      return {};
  }
}

/**
 * Evaluates code that declares resources and waits until the mock engine has heard of them all.
 *
 * @returns the resources in the order in which they were asked for, and what the code returned.
 * @throws what the code throws.
 */
export async function evaluate<T extends object>(
  program: () => T,
  { stack = "dev", config = {} }: { stack?: string; config?: Record<string, string> } = {},
) {
  const recorder = new Recorder();
  await pulumi.runtime.setMocks(recorder, "ecs-handson", stack, false);
  pulumi.runtime.setAllConfig(config);
  const outputs = await new Promise<pulumi.Unwrap<T>>((resolve) => {
    pulumi.output(program()).apply(resolve);
  });
  await pulumi.runtime.disconnect(false);
  return { resources: recorder.resources, outputs };
}

/** The values that the engine gives the program when a stack sets nothing itself. */
export function defaultConfig(): Record<string, string> {
  const project = yaml.parse(readFileSync(path.join(root, "Pulumi.yaml"), "utf8")) as {
    config: Record<string, { default?: unknown; value?: unknown }>;
  };
  return Object.fromEntries(
    Object.entries(project.config).map(([key, { default: standard, value }]) => {
      const text = standard ?? value;
      return [
        key.includes(":") ? key : `ecs-handson:${key}`,
        typeof text === "string" ? text : JSON.stringify(text),
      ];
    }),
  );
}

/** Evaluates the program itself with the default settings and `changes` to them. */
export function evaluateProgram(changes: Record<string, string> = {}, stack = "dev") {
  const prefixed = Object.entries(changes).map(([key, value]) => [
    key.includes(":") ? key : `ecs-handson:${key}`,
    value,
  ]);
  const config = { ...defaultConfig(), ...Object.fromEntries(prefixed) } as Record<string, string>;
  return evaluate(
    () => {
      const require = createRequire(path.join(root, "index.ts"));
      const entry = require.resolve("./index.ts");
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete require.cache[entry];
      return require(entry) as { albDnsName: pulumi.Output<string>; url: pulumi.Output<string> };
    },
    { stack, config },
  );
}
