import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { deployChapter } from "./chapters/deployChapter";
import { deployExpressAlone } from "./chapters/express";
import { classStack, layFoundation } from "./chapters/foundation";
import { announceAddress } from "./chapters/https";
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
    chapters[chapter] = await inTurn(() => deployChapter[chapter](given));
  }
  return { albDnsName: loadBalancer.dnsName, url: loadBalancer.url, ...chapters };
}
