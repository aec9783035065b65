import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { deployChapters } from "./chapters/deploy";
import { deployExpressAlone } from "./chapters/express";
import { classStack, createFoundation } from "./chapters/foundation";
import { announceAddress } from "./chapters/https";
import { imageRepository } from "./chapters/shared";
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

export = deployStack();

// #region stack
async function deployStack() {
  const ofClass = classStack(settings);
  const standing = await refuseImpossibleChanges(settings, ofClass, owned, { provider });
  const alone = deployExpressAlone(settings, options);
  if (alone) return alone;
  const foundation = await createFoundation(settings, ofClass, options, { provider });
  const { address, loadBalancer } = foundation;
  const listenerMoves = await announceAddress(settings, standing.outputs, address);
  const repository = imageRepository(settings, options);
  const shared = { settings, standing, listenerMoves, ...foundation, repository, tags, options };
  return {
    albDnsName: loadBalancer.dnsName,
    url: loadBalancer.url,
    ...(await deployChapters(shared)),
  };
}
// #endregion
