import { Stack, type StackProps, Tags } from "aws-cdk-lib";
import type { Construct } from "constructs";

import { deployCicd } from "./cicd";
import { deployEc2 } from "./ec2";
import { deployFargate } from "./fargate";
import { createFoundation } from "./foundation";
import { imageRepository } from "./imageRepository";
import { deployMicroservices } from "./microservices";

/** All chapters of the program in one stack, with its default settings. */
export class HandsonStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const foundation = createFoundation(this);
    const shared = { ...foundation, repository: imageRepository(this, "nginx") };
    deployFargate(this, shared);
    deployEc2(this, shared);
    deployCicd(this, shared);
    deployMicroservices(this, shared);
    Tags.of(this).add("project", "ecs-handson");
  }

  /** Named here, because CDK would look them up. */
  override get availabilityZones(): string[] {
    return ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"];
  }
}
