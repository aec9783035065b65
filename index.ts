import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { deployCicd } from "./chapters/cicd";
import { deployEc2 } from "./chapters/ec2";
import { deployExpress, deployExpressAlone } from "./chapters/express";
import { deployFargate } from "./chapters/fargate";
import { classStack, deployNetwork, layFoundation } from "./chapters/foundation";
import { announceAddress } from "./chapters/https";
import { deployManagedInstances } from "./chapters/managedInstances";
import { deployMicroservices } from "./chapters/microservices";
import { imageRepository, inTurn } from "./chapters/shared";
import { refuseImpossibleChanges } from "./chapters/standing";
import { ownerTags, readSettings } from "./settings";

const settings = readSettings();
const owned = { project: pulumi.getProject(), stack: pulumi.getStack() };
const tags = { ...owned, ...ownerTags(settings, owned.stack) };

const provider = new aws.Provider("aws", {
  region: settings.region as aws.Region,
  defaultTags: { tags },
});
const options = { providers: [provider] };

const deploy = {
  network: deployNetwork,
  fargate: deployFargate,
  ec2: deployEc2,
  managedInstances: deployManagedInstances,
  cicd: deployCicd,
  microservices: deployMicroservices,
  express: deployExpress,
};

export = deployStack();

async function deployStack() {
  const shared = classStack(settings);
  const standing = await refuseImpossibleChanges(settings, shared, owned, { provider });
  const alone = deployExpressAlone(settings, options);
  if (alone) return alone;
  const foundation = await layFoundation(settings, shared, options, { provider });
  const { address, loadBalancer } = foundation;
  const listenerMoves = await announceAddress(settings, standing.outputs, address);
  const repository = imageRepository(settings, options);
  const given = { settings, standing, listenerMoves, ...foundation, repository, tags, options };
  const chapters: Record<string, unknown> = {};
  for (const chapter of settings.chapters) {
    chapters[chapter] = await inTurn(() => deploy[chapter](given));
  }
  return { albDnsName: loadBalancer.dnsName, url: loadBalancer.url, ...chapters };
}
