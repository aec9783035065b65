const { FargateService, LoadBalancer, Network } = require("ecs-handson-components");

const availabilityZones = ["ap-northeast-1a", "ap-northeast-1c"];
const network = new Network("network", { availabilityZones, natGateways: "none" });
const { listenerArn } = new LoadBalancer("balancer", { network });
const image = "public.ecr.aws/nginx/nginx:1.29";
new FargateService("web", { network, listenerArn, region: "ap-northeast-1", image });
