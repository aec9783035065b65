import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { FargateService, LoadBalancer, Network } from "./components";
import { readSettings } from "./settings";

const settings = readSettings();
const stack = pulumi.getStack();

const provider = new aws.Provider("aws", {
  region: settings.region as aws.Region,
  defaultTags: { tags: { project: pulumi.getProject(), stack, learner: stack } },
});
const options = { providers: [provider] };

const network = new Network("network", settings, options);

const loadBalancer = new LoadBalancer("load-balancer", { ...settings, network }, options);

const fargateService = settings.chapters.includes("fargate")
  ? new FargateService(
      "fargate",
      { ...settings, network, listenerArn: loadBalancer.listenerArn },
      options,
    )
  : undefined;

export const albDnsName = loadBalancer.dnsName;
export const url = pulumi.interpolate`http://${loadBalancer.dnsName}/`;
export const fargate = fargateService && {
  clusterName: fargateService.clusterName,
  serviceName: fargateService.serviceName,
  commands: fargateService.commands,
};
