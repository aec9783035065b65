import * as ecs from "aws-cdk-lib/aws-ecs";
import * as secretsmanager from "aws-cdk-lib/aws-secretsmanager";
import * as servicediscovery from "aws-cdk-lib/aws-servicediscovery";
import type { Construct } from "constructs";

import { createFargateCluster, createFargateService } from "./fargateService";
import type { Shared } from "./foundation";
import { imageRepository } from "./imageRepository";

/** The microservices chapter: services that find each other by Service Connect. */
export function deployMicroservices(scope: Construct, { vpc, listener }: Shared): void {
  const cluster = createFargateCluster(scope, { name: "microservices", vpc });
  cluster.addDefaultCloudMapNamespace({
    name: "microservices-dev",
    type: servicediscovery.NamespaceType.HTTP,
    useForServiceConnect: true,
  });
  const key = new secretsmanager.Secret(scope, "auth-signing-key", {
    description: "AUTH_SIGNING_KEY of the microservices",
    generateSecretString: { passwordLength: 44, excludePunctuation: true },
  });
  const secrets = { AUTH_SIGNING_KEY: ecs.Secret.fromSecretsManager(key) };
  const deployed: ecs.FargateService[] = [];
  for (const name of ["auth", "products", "shop"]) {
    const service = createFargateService(scope, {
      name,
      vpc,
      listener,
      cluster,
      priority: deployed.length + 1,
      paths: [`/${name}`, `/${name}/*`],
      port: 8080,
      healthCheckPath: `/${name}/health`,
      image: ecs.ContainerImage.fromEcrRepository(imageRepository(scope, name), "1"),
      secrets: name === "auth" ? secrets : undefined,
      serviceConnect: true,
    });
    // A task only finds services that existed when its own was deployed.
    service.node.addDependency(...deployed);
    deployed.push(service);
  }
}
