import type { TestResource } from "../policies/harness";
import type { AskedResource } from "./mocks";

/** The resources as the policy engine is told them; one that awsx stands for is the VPC. */
export function asTold(resources: AskedResource[], stack: string): TestResource[] {
  const defaultTags = JSON.stringify({ tags: { project: "ecs-handson", stack, learner: stack } });
  return resources
    .filter(({ type }) => /^awsx?:/.test(type))
    .map(({ type, name, inputs, propertyDependencies, ignoreChanges }) => ({
      type: type === "awsx:ec2:Vpc" ? "aws:ec2/vpc:Vpc" : type,
      name: `${type} ${name}`,
      props: inputs,
      outputs: { ...inputs, id: type === "awsx:ec2:Vpc" ? "vpc-mock" : `${name}-id` },
      dependencies: propertyDependencies,
      ignoreChanges,
      provider: { defaultTags },
    }));
}
