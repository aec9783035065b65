import { deployCicd } from "./cicd";
import { deployEc2 } from "./ec2";
import { deployExpress } from "./express";
import { deployFargate } from "./fargate";
import { deployNetwork } from "./foundation";
import { deployManagedInstances } from "./managedInstances";
import { deployMicroservices } from "./microservices";

/** What deploys each chapter on its foundation, by the names that the setting `chapters` has. */
export const deployChapter = {
  network: deployNetwork,
  fargate: deployFargate,
  ec2: deployEc2,
  managedInstances: deployManagedInstances,
  cicd: deployCicd,
  microservices: deployMicroservices,
  express: deployExpress,
};
