import type { TestResource } from "../policies/harness";
import type { AskedResource } from "./mocks";

/** What an account makes of a resource, its id among it. */
type States = (
  type: string,
  name: string,
  inputs: AskedResource["inputs"],
) => Record<string, unknown>;

const mockStates: States = (_, name) => ({ id: `${name}-id`, vpcId: "vpc-mock" });

/**
 * The resources as the policy engine is told them; one that awsx stands for is the VPC.
 *
 * @param states what the program's evaluation had as states, by which its references are known.
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
