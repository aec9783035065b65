import * as pulumi from "@pulumi/pulumi";

import { optionOf } from "../../../components/network/domainCertificate";
import { componentArgs } from "../../../components/provider/componentArgs";
import { componentProvider } from "../../../components/provider/componentProvider";
import type { ComponentSchema, PackageSchema } from "../../../components/provider/schema";
import { certificateProblem, issuedProblem } from "../../../components/shared/certificates";

const certificateArn =
  "arn:aws:acm:ap-northeast-1:123456789012:certificate/11111111-2222-3333-4444-555555555555";

/** A component that takes a number, a choice and another component. */
const component: ComponentSchema = {
  type: "object",
  isComponent: true,
  inputProperties: {
    size: { type: "number", plain: true },
    kind: { $ref: "#/types/ecs-handson:index:Kind", plain: true },
    place: { $ref: "#/resources/ecs-handson:index:Place", plain: true },
  },
  properties: {},
  required: [],
  requiredInputs: [],
};
const schema: PackageSchema = {
  name: "ecs-handson",
  version: "1.0.0",
  description: "",
  license: "",
  language: {},
  types: {
    "ecs-handson:index:Kind": { type: "string", enum: [{ name: "Small", value: "small" }] },
  },
  resources: { "ecs-handson:index:Kinds": component },
};

/**
 * Errors outside the one error for all arguments: those that are thrown once values are known, and those for other
 * languages.
 */
export async function thrownElsewhere(): Promise<string[]> {
  const thrown = await inTurn([
    () => optionOf([], "shop.example.com"),
    () => componentArgs(schema, component, { size: pulumi.secret(1) }),
    () => componentArgs(schema, component, { size: unknown() }),
    () => componentArgs(schema, component, { kind: "large" }),
    () =>
      componentArgs(schema, component, {
        place: "urn:pulumi:stack::project::ecs-handson:ec2:Place::far",
      }),
    () => componentProvider(schema, {}).construct?.("it", "ecs-handson:index:Kind", {}, {}),
  ]);
  const problems = [
    issuedProblem(certificateArn, "PENDING_VALIDATION"),
    // Only the program's settings know the region.
    certificateProblem(certificateArn, "us-east-1"),
  ];
  return [...thrown, ...problems.flatMap((problem) => problem ?? [])];
}

/** The messages of the errors that they throw. */
async function inTurn(all: readonly (() => unknown)[]): Promise<string[]> {
  const messages: string[] = [];
  for (const one of all) {
    try {
      await one();
    } catch (error) {
      messages.push((error as Error).message);
    }
  }
  return messages;
}

/** An Output whose value is not known before an update. */
function unknown(): pulumi.Output<number> {
  const Unknown = pulumi.Output as unknown as new (...args: unknown[]) => pulumi.Output<number>;
  const not = Promise.resolve(false);
  return new Unknown(new Set(), Promise.resolve(undefined), not, not, Promise.resolve(new Set()));
}
