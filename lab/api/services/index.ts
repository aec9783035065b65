import type { ApiService } from "../service";
import { applicationAutoScaling } from "./applicationAutoScaling";
import { autoScaling } from "./autoScaling";
import { cloudWatch } from "./cloudwatch";
import { codecommit } from "./codecommit";
import { codepipeline } from "./codepipeline";
import { ec2 } from "./ec2";
import { ecr } from "./ecr";
import { ecs } from "./ecs";
import { elbv2 } from "./elbv2";
import { iam } from "./iam";
import { logs } from "./logs";
import { sts } from "./sts";

/** All services of the lab's AWS API. */
export const services: readonly ApiService[] = [
  applicationAutoScaling,
  autoScaling,
  cloudWatch,
  codecommit,
  codepipeline,
  ec2,
  ecr,
  ecs,
  elbv2,
  iam,
  logs,
  sts,
];
