import { existsSync } from "node:fs";
import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";

import {
  CallerGroup,
  FargateCluster,
  FargateService,
  type FargateServiceArgs,
  ImageRepository,
  RandomSecret,
  type Secrets,
} from "../components";
import { shareSources } from "../services/share.cjs";
import {
  mayShareAPriority,
  type Microservice,
  microservicePriority,
  type Settings,
} from "../settings";
import { fargateCapacity } from "./capacity";
import { refuseMissingImages } from "./images";
import { warnOfRollback } from "./rollback";
import { allowedSecurityGroups, hostsOf, scalingRules, type Shared } from "./shared";
import { refuse } from "./standing";

/**
 * Services that call each other by name (Service Connect), on one cluster and one load balancer, each
 * with its own image, task definition, target group, logs and deployments. The setting
 * `microservices` says which.
 */
export async function deployMicroservices(shared: Shared) {
  const { settings, options } = shared;
  refusePrioritiesOfOthers(shared);
  if (settings.microservicesImage === "build") shareSources();
  refuseMissingFolders(settings);
  await refuseMissingImages(
    shared,
    "microservicesImage",
    settings.microservicesImage,
    settings.microservices.map((microservice) => ({
      ...repositoryOf(microservice.name),
      cluster: "microservices",
      service: microservice.name,
      container: microservice.name,
      cpuArchitecture: settings.cpuArchitecture,
      desiredCount: sizeOf(microservice, settings).desiredCount,
      until: `microservicesImage=build, or with desiredCount 0 for "${microservice.name}"`,
    })),
  );
  const cluster = new FargateCluster(
    "microservices",
    { name: "microservices", serviceConnect: true },
    options,
  );
  const firewall = closedFirewall(shared);
  const secrets = randomSecrets(settings.microservices, options);
  const capacities = await Promise.all(
    settings.microservices.map(({ name }) =>
      fargateCapacity(shared, { cluster: "microservices", name }),
    ),
  );
  const deployed: FargateService[] = [];
  const services = settings.microservices.map((microservice, i) => {
    const { name, port, healthCheckPath, environment } = microservice;
    const repository = new ImageRepository(
      name,
      {
        region: settings.region,
        name: repositoryOf(name).repository,
        folder: repositoryOf(name).folder,
      },
      options,
    );
    // #region microservice
    const service = new FargateService(
      name,
      {
        cluster,
        name,
        network: shared.network,
        ...firewall,
        region: settings.region,
        listenerArn: shared.loadBalancer.listenerArn,
        httpListenerArn: shared.loadBalancer.httpListenerArn,
        loadBalancerArnSuffix: shared.loadBalancer.arnSuffix,
        priority: microservicePriority(settings, microservice),
        hostHeaders: hostsOf(settings, []),
        pathPatterns: pathsOf(microservice, settings),
        image: repository.image({
          source: settings.microservicesImage,
          context: `./services/${name}`,
          cpuArchitecture: settings.cpuArchitecture,
        }),
        repositoryArn: repository.arn,
        containerName: name,
        containerPort: port,
        healthCheckPath,
        environment,
        secrets: secretsOf(microservice, secrets),
        serviceConnect: cluster.namespaceArn && {
          namespaceArn: cluster.namespaceArn,
          dnsName: name,
        },
        ...sizeOf(microservice, settings),
        cpuArchitecture: settings.cpuArchitecture,
        ...capacities[i],
        autoscaling: scalingRules(settings),
        executeCommand: settings.executeCommand,
        logRetentionDays: settings.logRetentionDays,
      },
      // A task finds the names that were there when its service was deployed, and no later ones.
      { ...options, dependsOn: [...deployed] },
    );
    // #endregion
    warnOfRollback(shared, service.deployTarget);
    deployed.push(service);
    return [name, outputsOf(settings, service, repository)] as const;
  });
  return { clusterName: cluster.clusterName, services: Object.fromEntries(services) };
}

/**
 * Refuses a new service whose rule would take the priority of a removed one: new rules are created before old ones are
 * deleted, and no two rules may share a priority. The removed service's paths are not known, so only its name counts.
 */
function refusePrioritiesOfOthers({ settings, standing }: Shared): void {
  const wanted = settings.microservices.map(({ name }) => name);
  const gone = standing.microservices.filter((name) => !wanted.includes(name));
  const come = wanted.filter((name) => !standing.microservices.includes(name));
  refuse(
    come.flatMap((name) =>
      gone
        .filter((other) => mayShareAPriority(settings, name, other))
        .map(
          (other) =>
            `microservices: "${name}" may get the place of "${other}" on the listener while that still exists; ` +
            `first remove "${other}", or give "${name}" another name`,
        ),
    ),
  );
}

/**
 * If not all of the VPC may reach the services, their tasks are also members of one group whose members may. A rule for
 * each pair would soon exceed the limit of a security group.
 */
function closedFirewall(
  shared: Shared,
): Pick<FargateServiceArgs, "allowedSecurityGroups" | "securityGroupIds"> {
  const allowed = allowedSecurityGroups(shared);
  if (allowed === undefined) return {};
  const callers = new CallerGroup(
    "microservices-callers",
    { name: "microservices", network: shared.network },
    shared.options,
  );
  return {
    allowedSecurityGroups: { ...allowed, callers: callers.securityGroupId },
    securityGroupIds: [callers.securityGroupId],
  };
}

/**
 * Refuses services that the program should build but cannot: Docker would fail only in the middle of an update.
 *
 * @throws pulumi.RunError naming each, and what it lacks.
 */
function refuseMissingFolders({ microservices, microservicesImage }: Settings): void {
  if (microservicesImage !== "build") return;
  const problems = microservices
    .map(({ name }) => ({ name, file: `${repositoryOf(name).folder}/Dockerfile` }))
    .filter(({ file }) => !existsSync(path.join(__dirname, "..", file)))
    .map(({ name, file }) => `"${name}" has no ${file} to build its image from`);
  if (problems.length === 0) return;
  throw new pulumi.RunError(
    `microservices: ${problems.join("; ")}; write one, or name a tag in microservicesImage`,
  );
}

/** A service's image repository, and the folder that its image is built from. */
const repositoryOf = (name: string) => ({
  repository: `ecs-handson/${name}`,
  folder: `services/${name}`,
});

/** CPU, memory and number of tasks: the service's own, or the stack's. */
function sizeOf(microservice: Microservice, settings: Settings) {
  const { cpu = settings.cpu, memory = settings.memory } = microservice;
  return { cpu, memory, desiredCount: microservice.desiredCount ?? settings.desiredCount };
}

/** The service's paths. If another chapter has a page at /, that stays. */
function pathsOf({ paths }: Microservice, { chapters }: Settings): string[] {
  const isAlone = !chapters.some((chapter) => ["fargate", "ec2", "cicd"].includes(chapter));
  return isAlone ? paths : paths.filter((path) => path !== "/");
}

/** One secret for each variable, whichever services want it. */
function randomSecrets(
  microservices: readonly Microservice[],
  options: pulumi.ComponentResourceOptions,
): ReadonlyMap<string, RandomSecret> {
  const variables = [...new Set(microservices.flatMap(({ secrets = [] }) => secrets))];
  return new Map(
    variables.map((variable) => {
      const name = variable.toLowerCase().replaceAll("_", "-");
      const description = `${variable} of the microservices`;
      return [variable, new RandomSecret(name, { name, description }, options)];
    }),
  );
}

function secretsOf(
  { secrets = [] }: Microservice,
  all: ReadonlyMap<string, RandomSecret>,
): Secrets {
  const sources = secrets.flatMap((variable) => {
    const secret = all.get(variable);
    return secret === undefined ? [] : [[variable, secret.source] as const];
  });
  return Object.fromEntries(sources);
}

function outputsOf(settings: Settings, service: FargateService, repository: ImageRepository) {
  return {
    serviceName: service.serviceName,
    repositoryUrl: repository.repositoryUrl,
    commands: { ...service.commands, push: repository.pushCommand(settings.cpuArchitecture) },
  };
}
