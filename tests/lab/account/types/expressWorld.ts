import type { Account } from "../../../../lab/account/account";
import type { ResourceRecord } from "../../../../lab/account/record";
import type { Properties } from "../../../../lab/account/resourceType";
import { create, REGION, trustPolicy } from "../fixtures";

/** What an Express service needs from its stack. */
export type ExpressWorld = Record<
  "vpc" | "publicA" | "publicC" | "privateA" | "privateC" | "cluster" | "execution" | "express",
  ResourceRecord
>;

export async function createExpressWorld(account: Account): Promise<ExpressWorld> {
  const vpc = await create(account, "vpc", { cidrBlock: "10.0.0.0/16" });
  await create(account, "internetGateway", { vpcId: vpc.id });
  const subnet = (letter: string, cidrBlock: string, mapPublicIpOnLaunch: boolean) =>
    create(account, "subnet", {
      vpcId: vpc.id,
      availabilityZone: `${REGION}${letter}`,
      cidrBlock,
      mapPublicIpOnLaunch,
    });
  return {
    vpc,
    publicA: await subnet("a", "10.0.0.0/24", true),
    publicC: await subnet("c", "10.0.1.0/24", true),
    privateA: await subnet("a", "10.0.2.0/24", false),
    privateC: await subnet("c", "10.0.3.0/24", false),
    cluster: await create(account, "cluster", { name: "handson" }),
    execution: await create(account, "role", {
      name: "execution",
      assumeRolePolicy: trustPolicy("ecs-tasks"),
    }),
    express: await create(account, "role", {
      name: "infrastructure",
      assumeRolePolicy: trustPolicy("ecs"),
    }),
  };
}

/** An Express service that ECS accepts. */
export function goodExpress({
  publicA,
  publicC,
  cluster,
  execution,
  express,
}: ExpressWorld): Properties {
  return {
    serviceName: "shop",
    cluster: cluster.outputs.name,
    executionRoleArn: execution.outputs.arn,
    infrastructureRoleArn: express.outputs.arn,
    primaryContainer: { image: "public.ecr.aws/nginx/nginx:1.29" },
    networkConfigurations: [{ subnets: [publicA.id, publicC.id] }],
  };
}
