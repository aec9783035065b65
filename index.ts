import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { deployEc2 } from "./chapters/ec2";
import { deployFargate } from "./chapters/fargate";
import { LoadBalancer, Network } from "./components";
import { readSettings } from "./settings";

const settings = readSettings();
const stack = pulumi.getStack();
const tags = { project: pulumi.getProject(), stack, learner: stack };

const provider = new aws.Provider("aws", {
  region: settings.region as aws.Region,
  defaultTags: { tags },
});
const options = { providers: [provider] };

const network = new Network("network", settings, options);
const loadBalancer = new LoadBalancer("load-balancer", { ...settings, network }, options);
const shared = { settings, network, loadBalancer, tags, options };

const deploy = { fargate: deployFargate, ec2: deployEc2 };
const chapters = settings.chapters.map((chapter) => [chapter, deploy[chapter](shared)] as const);

export = {
  albDnsName: loadBalancer.dnsName,
  url: pulumi.interpolate`http://${loadBalancer.dnsName}/`,
  ...Object.fromEntries(chapters),
};
