import * as pulumi from "@pulumi/pulumi";

import type { z } from "zod";

import {
  certificateProblem,
  domainProblem,
  hostedZoneProblem,
} from "../components/shared/certificates";
import { vpcCidrProblem, zonesProblem as placeProblem } from "../components/shared/cidr";
import { fargateSizeProblem } from "../components/shared/fargateSize";
import { imageSourceProblem } from "../components/shared/imageSource";
import { instanceTypeProblem } from "../components/shared/instanceTypes";
import { retentionProblem } from "../components/shared/logRetention";
import { parseNameList } from "../components/shared/nameList";
import { baseNameProblem } from "../components/shared/names";
import { nearestName } from "../components/shared/nearestName";
import { repeated } from "../components/shared/problems";
import {
  branchProblem,
  connectionProblem,
  emailProblem,
  githubRepositoryProblem,
} from "../components/shared/sourceNames";
import { chapters, choices } from "./choices";
import { managedTypesProblem } from "./managedInstances";
import { microserviceProblem, microservices } from "./microservice";
import { priorityProblem } from "./priorities";

export { chapters, choices } from "./choices";
export { type Microservice } from "./microservice";
export {
  chapterPriority,
  mayShareAPriority,
  microservicePriority,
  prioritiesOf,
} from "./priorities";

/**
 * Reads and checks the stack's configuration. Pulumi.yaml describes the keys and holds their defaults; only this
 * function reads them.
 *
 * @throws pulumi.RunError listing every unknown key and every value that is wrong.
 */
export function readSettings() {
  const reader = new SettingsReader(new pulumi.Config());
  const zones = reader.list("availabilityZones");
  const settings = {
    region: reader.read("region", () => new pulumi.Config("aws").require("region")),
    chapters: reader.listOf("chapters", chapters),
    name: reader.text("name"),
    learner: reader.text("learner"),
    class: reader.text("class"),
    expires: reader.day("expires"),
    sharedNetwork: reader.text("sharedNetwork"),
    listenerSlot: reader.integer("listenerSlot", 1, 500),
    domain: reader.text("domain"),
    hostedZoneId: reader.text("hostedZoneId"),
    certificateArn: reader.text("certificateArn"),
    vpcCidrBlock: reader.text("vpcCidrBlock"),
    availabilityZones: zones,
    natGateways: reader.oneOf("natGateways", choices.natGateways),
    taskIngress: reader.oneOf("taskIngress", choices.taskIngress),
    image: reader.text("image"),
    containerPort: reader.integer("containerPort", 1, 65535),
    healthCheckPath: reader.text("healthCheckPath"),
    cpu: reader.integer("cpu", 1),
    memory: reader.integer("memory", 1),
    cpuArchitecture: reader.oneOf("cpuArchitecture", choices.cpuArchitecture),
    desiredCount: reader.integer("desiredCount", 0, 5000),
    fargateWeight: reader.integer("fargateWeight", 0, 1000),
    fargateBase: reader.integer("fargateBase", 0, 100_000),
    fargateSpotWeight: reader.integer("fargateSpotWeight", 0, 1000),
    deploymentStrategy: reader.oneOf("deploymentStrategy", choices.deploymentStrategy),
    deploymentBakeMinutes: reader.integer("deploymentBakeMinutes", 0, 1440),
    deploymentStepPercent: reader.integer("deploymentStepPercent", 3, 100),
    deploymentStepBakeMinutes: reader.integer("deploymentStepBakeMinutes", 0, 1440),
    autoscaling: reader.oneOf("autoscaling", choices.autoscaling),
    autoscalingMaxCount: reader.integer("autoscalingMaxCount", 1, 5000),
    ec2InstanceType: reader.text("ec2InstanceType"),
    ec2MinInstances: reader.integer("ec2MinInstances", 0, 100),
    ec2MaxInstances: reader.integer("ec2MaxInstances", 1, 100),
    ec2EniTrunking: reader.flag("ec2EniTrunking"),
    ec2DesiredCount: reader.integer("ec2DesiredCount", 0, 5000),
    ec2SchedulingStrategy: reader.oneOf("ec2SchedulingStrategy", choices.ec2SchedulingStrategy),
    ec2Host: reader.text("ec2Host"),
    managedInstancesTypes: reader.list("managedInstancesTypes"),
    managedInstancesDesiredCount: reader.integer("managedInstancesDesiredCount", 0, 5000),
    managedInstancesScaleInAfter: reader.integer("managedInstancesScaleInAfter", -1, 3600),
    managedInstancesHost: reader.text("managedInstancesHost"),
    nginxImage: reader.text("nginxImage"),
    cicdSource: reader.oneOf("cicdSource", choices.cicdSource),
    cicdBranch: reader.text("cicdBranch"),
    cicdGithubRepository: reader.text("cicdGithubRepository"),
    cicdConnectionArn: reader.text("cicdConnectionArn"),
    cicdDeploy: reader.oneOf("cicdDeploy", choices.cicdDeploy),
    cicdCodeDeploy: reader.oneOf("cicdCodeDeploy", choices.cicdCodeDeploy),
    cicdApproval: reader.flag("cicdApproval"),
    cicdNotificationEmail: reader.text("cicdNotificationEmail"),
    cicdHost: reader.text("cicdHost"),
    microservices: reader.parsed("microservices", microservices),
    microservicesImage: reader.text("microservicesImage"),
    executeCommand: reader.flag("executeCommand"),
    logRetentionDays: reader.integer("logRetentionDays", 1),
  };
  const { name, region, vpcCidrBlock, healthCheckPath, cpu, memory, logRetentionDays } = settings;

  reader.check("name", name, baseNameProblem);
  reader.check("name", name, (base) => takenNameProblem(base, settings.chapters ?? []));
  reader.check("learner", settings.learner, tagProblem);
  reader.check("class", settings.class, tagProblem);
  reader.check("expires", settings.expires, expiryProblem);
  reader.check("sharedNetwork", settings.sharedNetwork, (reference) =>
    sharedNetworkProblem(reference, settings.chapters ?? [], pulumi.getStack()),
  );
  reader.check("vpcCidrBlock", vpcCidrBlock, vpcCidrProblem);
  reader.check("availabilityZones", zones, (list) => zonesProblem(list, region, vpcCidrBlock));
  reader.check("healthCheckPath", healthCheckPath, (path) =>
    path.startsWith("/") ? undefined : `"${path}" must start with /`,
  );
  reader.check("cpu, memory", cpu, (size) =>
    memory === undefined ? undefined : fargateSizeProblem(size, memory),
  );
  reader.check("logRetentionDays", logRetentionDays, retentionProblem);
  reader.check("ec2InstanceType", settings.ec2InstanceType, (type) =>
    instanceTypeProblem(type, settings.ec2EniTrunking ?? false),
  );
  reader.check("autoscaling", settings.autoscaling, (by) => {
    const has = (chapter: (typeof chapters)[number]) => settings.chapters?.includes(chapter);
    const inTurns = [
      has("fargate") && settings.deploymentStrategy !== "ROLLING" && settings.deploymentStrategy,
      has("cicd") && settings.cicdDeploy !== "rolling" && settings.cicdDeploy,
    ].find(Boolean);
    return by === "requests" && inTurns
      ? `requests are counted per target group, but ${inTurns} alternates between two; use cpu or memory`
      : undefined;
  });
  reader.check("chapters", settings.chapters, (list) =>
    list.includes("express") ? expressProblem(settings) : undefined,
  );
  reader.check("managedInstancesTypes", settings.managedInstancesTypes, (types) =>
    settings.chapters?.includes("managedInstances")
      ? managedTypesProblem(types, settings.cpuArchitecture ?? "X86_64")
      : undefined,
  );
  reader.check("nginxImage", settings.nginxImage, imageSourceProblem);
  checkHttps(reader, settings);
  checkCicd(reader, settings);
  reader.check("microservicesImage", settings.microservicesImage, (source) =>
    source === "public"
      ? "there are no public images of the microservices"
      : imageSourceProblem(source),
  );
  settings.microservices?.forEach((service, i) => {
    reader.check(`microservices[${i}]`, service, () =>
      microserviceProblem(service, { name, cpu, memory }),
    );
  });
  const { sharedNetwork = "none", listenerSlot = 1 } = settings;
  reader.check("microservices", settings.microservices, (list) =>
    priorityProblem({ sharedNetwork, listenerSlot }, list),
  );
  reader.rejectUnknownKeys();
  return reader.result(settings);
}

/** Keys that give the stack's load balancer HTTPS; only one may be set. */
function checkHttps(
  reader: SettingsReader,
  settings: {
    region: string | undefined;
    domain: string | undefined;
    hostedZoneId: string | undefined;
    certificateArn: string | undefined;
    sharedNetwork: string | undefined;
  },
): void {
  const { region, domain = "none", sharedNetwork = "none" } = settings;
  const owned = (problemIn: (text: string) => string | undefined) => (text: string) => {
    if (text === "none") return undefined;
    return sharedNetwork === "none"
      ? problemIn(text)
      : `the load balancer belongs to ${sharedNetwork}; set it there`;
  };
  reader.check("domain", settings.domain, owned(domainProblem));
  reader.check(
    "hostedZoneId",
    settings.hostedZoneId,
    owned((id) => (domain === "none" ? `"${id}" needs the setting domain` : hostedZoneProblem(id))),
  );
  reader.check(
    "certificateArn",
    settings.certificateArn,
    owned((arn) =>
      domain === "none"
        ? certificateProblem(arn, region)
        : `give either domain, whose certificate is made for it, or certificateArn, not both`,
    ),
  );
}

/**
 * What the express chapter cannot be combined with.
 *
 * Source: Amazon ECS developer guide, "Resources created by Amazon ECS Express Mode services"; terraform-provider-aws,
 * website/docs/r/ecs_express_gateway_service.html.markdown, for the largest sizes.
 */
function expressProblem({
  cpuArchitecture,
  sharedNetwork,
  cpu = 0,
  memory = 0,
}: {
  cpuArchitecture: string | undefined;
  sharedNetwork: string | undefined;
  cpu: number | undefined;
  memory: number | undefined;
}): string | undefined {
  if (cpuArchitecture === "ARM64") {
    return "express: ECS runs Express services on X86_64, not on cpuArchitecture ARM64";
  }
  if (sharedNetwork !== undefined && sharedNetwork !== "none") {
    return "express: ECS creates its load balancer, in the stack's own network; set sharedNetwork none";
  }
  return cpu > 4096 || memory > 8192
    ? "express: Express services have a cpu of at most 4096 and a memory of at most 8192"
    : undefined;
}

/** The keys of the cicd chapter, which must also fit together; the component's own checks would come too late. */
function checkCicd(
  reader: SettingsReader,
  settings: {
    cicdSource: "codecommit" | "github" | undefined;
    cicdBranch: string | undefined;
    cicdGithubRepository: string | undefined;
    cicdConnectionArn: string | undefined;
    cicdNotificationEmail: string | undefined;
  },
): void {
  const given = (problemIn: (text: string) => string | undefined) => (text: string) =>
    text === "none" ? undefined : problemIn(text);
  const fromGithub = settings.cicdSource === "github";
  const needless = (text: string) =>
    `"${text}" goes with cicdSource github, not ${settings.cicdSource ?? "that"}`;

  reader.check("cicdBranch", settings.cicdBranch, branchProblem);
  reader.check("cicdGithubRepository", settings.cicdGithubRepository, (repository) => {
    if (fromGithub) return githubRepositoryProblem(repository);
    return given(needless)(repository);
  });
  reader.check(
    "cicdConnectionArn",
    settings.cicdConnectionArn,
    given(fromGithub ? connectionProblem : needless),
  );
  reader.check("cicdNotificationEmail", settings.cicdNotificationEmail, given(emailProblem));
}

export type Settings = ReturnType<typeof readSettings>;

/** Names of what chapters deploy, which the fargate chapter's service cannot also have. */
const chapterNames = {
  ec2: "nginx",
  managedInstances: "managed",
  cicd: "cicd",
  microservices: "microservices",
  express: "express",
} as const;

function takenNameProblem(base: string, wanted: readonly string[]): string | undefined {
  const owner = Object.entries(chapterNames).find(([, taken]) => taken === base)?.[0];
  return owner !== undefined && wanted.includes(owner) && wanted.includes("fargate")
    ? `the name "${base}" belongs to what the ${owner} chapter deploys`
    : undefined;
}

/** Tags that say whose stack it is, and until when it is needed. */
export function ownerTags({ learner, class: group, expires }: Settings, stack: string) {
  return {
    learner: learner === "none" ? stack : learner,
    ...(group === "none" ? {} : { class: group }),
    ...(expires === "never" ? {} : { expires }),
  };
}

/** Says that a text cannot be a tag's value; source: AWS, "Tag naming and usage conventions". */
function tagProblem(text: string): string | undefined {
  return /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,256}$/u.test(text)
    ? undefined
    : `"${text}" cannot be a tag: 1 to 256 letters, digits, spaces and _ . : / = + - @`;
}

/** Says that a text is not a day, or nothing if it is one or `never`. */
export function expiryProblem(text: string): string | undefined {
  if (text === "never") return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  const isDay = !Number.isNaN(day.valueOf()) && day.toISOString().slice(0, 10) === text;
  return isDay ? undefined : `"${text}" is neither a date such as 2027-03-31 nor never`;
}

function sharedNetworkProblem(
  reference: string,
  wanted: readonly string[],
  stack: string,
): string | undefined {
  if (reference === "none") return undefined;
  if (!/^[^/\s]+\/[^/\s]+\/[^/\s]+$/.test(reference)) {
    return `"${reference}" is not a stack such as organization/ecs-handson/class-network`;
  }
  if (wanted.includes("network"))
    return "a stack with the network chapter has a network of its own";
  return /^[a-z0-9-]+$/.test(stack)
    ? undefined
    : `stack "${stack}" becomes a host name there: use lower-case letters, digits and hyphens`;
}

function zonesProblem(
  zones: readonly string[],
  region: string | undefined,
  vpcCidrBlock: string | undefined,
): string | undefined {
  if (zones.length < 2) return `${JSON.stringify(zones)}: a load balancer needs two zones`;
  if (new Set(zones).size < zones.length) return `${JSON.stringify(zones)} names a zone twice`;
  if (region === undefined) return undefined;
  const foreign = zones.filter((zone) => !/^[a-z]$/.test(zone.replace(region, "")));
  if (foreign.length > 0) return `${foreign.join(", ")} is not in region ${region}`;
  const isUsable = vpcCidrBlock !== undefined && vpcCidrProblem(vpcCidrBlock) === undefined;
  return isUsable ? placeProblem(vpcCidrBlock, zones) : undefined;
}

/** Reads one key after the other and collects the problems, to report all of them at once. */
class SettingsReader {
  private readonly problems: string[] = [];
  private readonly known = new Set<string>();

  constructor(private readonly config: pulumi.Config) {}

  text(key: string): string | undefined {
    return this.read(key, () => this.config.require(key, { minLength: 1 }));
  }

  /** A date. Without quotes in a YAML file, Pulumi hands it over as a point in time, at midnight. */
  day(key: string): string | undefined {
    return this.text(key)?.replace(/^(\S+) 00:00:00 \+0000 UTC$/, "$1");
  }

  flag(key: string): boolean | undefined {
    return this.read(key, () => this.config.requireBoolean(key));
  }

  oneOf<T extends string>(key: string, allowedValues: readonly T[]): T | undefined {
    return this.read(key, () => this.config.require(key, { allowedValues: [...allowedValues] }));
  }

  integer(key: string, min: number, max?: number): number | undefined {
    const value = this.read(key, () => this.config.requireNumber(key, { min, max }));
    this.check(key, value, (n) => (Number.isInteger(n) ? undefined : `${n} is not a whole number`));
    return value;
  }

  list(key: string): string[] | undefined {
    const value = this.read(key, () => parseNameList(this.config.require(key)));
    if (value === undefined || isTextList(value)) return value;
    this.problems.push(
      `${this.config.name}:${key}: ${JSON.stringify(value)} is not a list of texts`,
    );
    return undefined;
  }

  /** A structured value; every problem in it is reported with its place. */
  parsed<T>(key: string, schema: z.ZodType<T>): T | undefined {
    const value = this.read(key, () => this.config.requireObject<unknown>(key));
    if (value === undefined) return undefined;
    const { success, data, error } = schema.safeParse(value);
    if (success) return data;
    for (const { path, message } of error.issues) {
      const place = path.map((step) =>
        typeof step === "number" ? `[${step}]` : `.${String(step)}`,
      );
      this.problems.push(`${this.config.name}:${key}${place.join("")}: ${message}`);
    }
    return undefined;
  }

  listOf<T extends string>(key: string, allowedValues: readonly T[]): T[] | undefined {
    const isAllowed = (item: string): item is T => allowedValues.some((value) => value === item);
    const value = this.list(key);
    this.check(key, value, (items) => {
      if (items.length === 0) return `the list is empty; choose from ${allowedValues.join(", ")}`;
      const wrong = items.filter((item) => !isAllowed(item));
      const twice = repeated(items);
      if (wrong.length === 0 && twice.length > 0) return `"${twice.join('", "')}" is listed twice`;
      if (wrong.length === 0) return undefined;
      return `"${wrong.join('", "')}" unknown; choose from ${allowedValues.join(", ")}`;
    });
    return value?.filter(isAllowed);
  }

  /** Runs `get`, keeping its error for later. */
  read<T>(key: string, get: () => T): T | undefined {
    // The region is the provider's key, not the program's.
    if (key !== "region") this.known.add(`${this.config.name}:${key}`);
    try {
      return get();
    } catch (error) {
      this.problems.push(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  /** Judges a value that could be read. */
  check<T>(key: string, value: T | undefined, problemIn: (value: T) => string | undefined): void {
    const problem = value === undefined ? undefined : problemIn(value);
    if (problem !== undefined) this.problems.push(`${this.config.name}:${key}: ${problem}`);
  }

  rejectUnknownKeys(): void {
    const own = Object.keys(pulumi.runtime.allConfig()).filter((key) =>
      key.startsWith(`${this.config.name}:`),
    );
    const unknown = own.filter((key) => !this.known.has(key)).sort();
    this.problems.push(...unknown.map((key) => `${key}: unknown key; ${this.insteadOf(key)}`));
  }

  private insteadOf(key: string): string {
    if (key === `${this.config.name}:region`) return "the region is aws:region";
    const near = nearestName(key, [...this.known]);
    return near === undefined
      ? "Pulumi.yaml lists the known ones"
      : `did you mean ${near.replace(`${this.config.name}:`, "")}?`;
  }

  result<T extends object>(settings: T): { [K in keyof T]: NonNullable<T[K]> } {
    if (this.problems.length > 0) {
      const list = this.problems.map((problem) => `  - ${problem}`).join("\n");
      throw new pulumi.RunError(`invalid settings of stack ${pulumi.getStack()}:\n${list}`);
    }
    // A value is undefined only where a problem was noted.
    return settings as { [K in keyof T]: NonNullable<T[K]> };
  }
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
