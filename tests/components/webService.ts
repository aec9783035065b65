import * as pulumi from "@pulumi/pulumi";

import { FargateService, type FargateServiceArgs } from "../../components";
import { evaluate } from "../program/mocks";

/** The required arguments of a service `web`. */
export const webArgs: FargateServiceArgs = {
  network: {
    vpcId: pulumi.output("vpc-1"),
    vpcCidrBlock: "10.0.0.0/16",
    taskSubnetIds: pulumi.output(["subnet-1", "subnet-2"]),
    assignPublicIp: false,
  },
  listenerArn: "arn:aws:mock:::listener",
  region: "ap-northeast-1",
  image: "nginx:1.30.6",
};

/** Declares the service, with some arguments changed. */
export const declareWeb = (changes: Partial<FargateServiceArgs> = {}) =>
  evaluate(() => new FargateService("web", { ...webArgs, ...changes }));
