import { deployCicd } from "./cicd";
import { deployEc2 } from "./ec2";
import { deployExpress } from "./express";
import { deployFargate } from "./fargate";
import { deployNetwork } from "./foundation";
import { deployManagedInstances } from "./managedInstances";
import { deployMicroservices } from "./microservices";
import { inTurn, type Shared } from "./shared";

const deploy = {
  network: deployNetwork,
  fargate: deployFargate,
  ec2: deployEc2,
  managedInstances: deployManagedInstances,
  cicd: deployCicd,
  microservices: deployMicroservices,
  express: deployExpress,
};

/** Deploys the chapters that the settings name, each by its own file; gives the outputs of each under its name. */
export async function deployChapters(shared: Shared): Promise<Record<string, unknown>> {
  const outputs: Record<string, unknown> = {};
  for (const chapter of shared.settings.chapters) {
    outputs[chapter] = await inTurn(() => deploy[chapter](shared));
  }
  return outputs;
}
