import type { TestResource } from "../policies/harness";
import type { AskedResource } from "./mocks";

/** Outputs that an account adds to a resource, its id among them. */
type States = (
  type: string,
  name: string,
  inputs: AskedResource["inputs"],
) => Record<string, unknown>;

const mockStates: States = (_, name) => ({ id: `${name}-id`, vpcId: "vpc-mock" });

/**
 * The resources as the policy engine receives them; awsx's component stands for its VPC.
 *
 * @param states those of the program's evaluation, to resolve its references.
 */
export function asPolicyResources(
  resources: AskedResource[],
  stack: string,
  states: States = mockStates,
): TestResource[] {
  const defaultTags = JSON.stringify({ tags: { project: "ecs-handson", stack, learner: stack } });
  return resources
    .filter(({ type }) => /^awsx?:/.test(type))
    .map(({ type, name, inputs, propertyDependencies, ignoreChanges }) => {
      const { id, vpcId } = states(type, name, inputs);
      return {
        type: type === "awsx:ec2:Vpc" ? "aws:ec2/vpc:Vpc" : type,
        name: `${type} ${name}`,
        props: inputs,
        outputs: { ...inputs, id: type === "awsx:ec2:Vpc" ? vpcId : id },
        dependencies: propertyDependencies,
        ignoreChanges,
        provider: { defaultTags },
      };
    });
}
