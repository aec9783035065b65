import * as pulumi from "@pulumi/pulumi";

/** The stack's outputs after its last update; a new stack has none. */
export interface LastOutputs {
  /** Name of its load balancer, and in it the region. */
  albDnsName?: string;
  /** Where it answers, by HTTP or HTTPS. */
  url?: string;
  /** Where the express chapter answers, and in it the region. */
  express?: { url?: string };
  fargate?: ServiceOutputs;
  cicd?: ServiceOutputs;
  microservices?: { services?: Record<string, unknown> };
}

export interface ServiceOutputs {
  clusterName: string;
  serviceName: string;
  /** Missing after an update by an older program. */
  listenerRuleArn?: string;
}

/**
 * Asks the engine for the stack's own current outputs. StackReference reads the same, but would leave a resource in
 * each stack's state.
 */
export async function lastOutputs(): Promise<LastOutputs> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
    outputs: LastOutputs;
  };
  return outputs;
}
