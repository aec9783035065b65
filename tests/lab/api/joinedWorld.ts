import type { Account } from "../../../lab/account/account";
import { create, TYPES } from "../account/fixtures";
import { createEc2World, type Ec2World } from "../account/types/ec2World";

/** The ec2 chapter's world, without its Fargate service, and with instances that join their cluster. */
export async function createJoinedWorld(account: Account): Promise<Ec2World> {
  const world = await createEc2World(account);
  await account.delete(TYPES.service, world.service.id);
  const userData = Buffer.from("#!/bin/bash\necho ECS_CLUSTER=instances >> /etc/ecs/ecs.config\n");
  await account.modify(TYPES.launchTemplate, world.template.id, {
    userData: userData.toString("base64"),
  });
  await create(account, "ingressRule", {
    securityGroupId: world.securityGroup.id,
    ipProtocol: "tcp",
    fromPort: 80,
    toPort: 80,
    cidrIpv4: "10.0.0.0/16",
  });
  return world;
}
