import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { deployCicd } from "./chapters/cicd";
import { deployEc2 } from "./chapters/ec2";
import { deployFargate } from "./chapters/fargate";
import { deployNetwork, layFoundation } from "./chapters/foundation";
import { deployMicroservices } from "./chapters/microservices";
import { imageRepository } from "./chapters/shared";
import { ownerTags, readSettings } from "./settings";

const settings = readSettings();
const stack = pulumi.getStack();
const tags = { project: pulumi.getProject(), stack, ...ownerTags(settings, stack) };

const provider = new aws.Provider("aws", {
  region: settings.region as aws.Region,
  defaultTags: { tags },
});
const options = { providers: [provider] };

const foundation = layFoundation(settings, options);
const repository = imageRepository(settings, options);
const shared = { settings, ...foundation, repository, tags, options };

const deploy = {
  network: deployNetwork,
  fargate: deployFargate,
  ec2: deployEc2,
  cicd: deployCicd,
  microservices: deployMicroservices,
};
const chapters = settings.chapters.map((chapter) => [chapter, deploy[chapter](shared)] as const);

export = {
  albDnsName: foundation.loadBalancer.dnsName,
  url: pulumi.interpolate`http://${foundation.loadBalancer.dnsName}/`,
  ...Object.fromEntries(chapters),
};
