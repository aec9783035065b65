import {
  FargateService,
  type FargateServiceArgs,
  LoadBalancer,
  Network,
} from "ecs-handson-components";

const availabilityZones = ["ap-northeast-1a", "ap-northeast-1c"];
const network = new Network("network", { availabilityZones, natGateways: "none" });
const { listenerArn } = new LoadBalancer("balancer", { network });
const image = "public.ecr.aws/nginx/nginx:1.29";
const args: FargateServiceArgs = { network, listenerArn, region: "ap-northeast-1", image };
new FargateService("web", args);

// @ts-expect-error A string is not a number.
export const wrong: FargateServiceArgs = { ...args, cpu: "256" };
