import { readFile } from "node:fs/promises";
import * as path from "node:path";

import { z } from "zod";

import { parseStored } from "../protocol/storedFile";
import { replaceFile } from "../shared/replaceFile";
import { AwsError } from "./errors";

interface Quota {
  /** The quota of a new account. */
  readonly standard: number;
  /** What is counted, and per what. */
  readonly counts: string;
  /** AWS's error code when the quota is reached. */
  readonly code: string;
  /** The error's text; `{quota}` is the quota in force. */
  readonly text: string;
  /** False if AWS never raises it. @default true */
  readonly adjustable?: false;
}

/**
 * The account's quotas.
 *
 * Source: Amazon VPC User Guide, "Amazon VPC quotas"; AWS General Reference, "Amazon EC2 endpoints and quotas"; User
 * Guide for Application Load Balancers, "Quotas for your Application Load Balancers". The codes are those of the EC2
 * API Reference, "Error codes", and of the Elastic Load Balancing API Reference.
 */
export const quotas = {
  vpcs: {
    standard: 5,
    counts: "VPCs in a region",
    code: "VpcLimitExceeded",
    text: "The maximum number of VPCs has been reached ({quota}).",
  },
  internetGateways: {
    standard: 5,
    counts: "internet gateways in a region",
    code: "InternetGatewayLimitExceeded",
    text: "The maximum number of internet gateways has been reached ({quota}).",
  },
  elasticIps: {
    standard: 5,
    counts: "Elastic IP addresses in a region",
    code: "AddressLimitExceeded",
    text: "The maximum number of addresses has been reached ({quota}).",
  },
  natGateways: {
    standard: 5,
    counts: "NAT gateways in an availability zone",
    code: "NatGatewayLimitExceeded",
    text: "The maximum number of NAT gateways in the zone has been reached ({quota}).",
  },
  subnets: {
    standard: 200,
    counts: "subnets in a VPC",
    code: "SubnetLimitExceeded",
    text: "The maximum number of subnets in the VPC has been reached ({quota}).",
  },
  routeTables: {
    standard: 200,
    counts: "route tables in a VPC, the main one included",
    code: "RouteTableLimitExceeded",
    text: "The maximum number of route tables in the VPC has been reached ({quota}).",
  },
  securityGroups: {
    standard: 2500,
    counts: "security groups in a region, the default ones included",
    code: "SecurityGroupLimitExceeded",
    text: "The maximum number of security groups has been reached ({quota}).",
  },
  securityGroupRules: {
    standard: 60,
    counts: "rules of a security group in one direction",
    code: "RulesPerSecurityGroupLimitExceeded",
    text: "The maximum number of rules per security group has been reached ({quota}).",
  },
  networkInterfaces: {
    standard: 5000,
    counts: "network interfaces of load balancers and NAT gateways in a region",
    code: "NetworkInterfaceLimitExceeded",
    text: "The maximum number of network interfaces has been reached ({quota}).",
  },
  loadBalancers: {
    standard: 50,
    counts: "Application Load Balancers in a region",
    code: "TooManyLoadBalancers",
    text: "The maximum number of load balancers has been reached ({quota}).",
  },
  listeners: {
    standard: 50,
    counts: "listeners of a load balancer",
    code: "TooManyListeners",
    text: "The maximum number of listeners has been reached on the load balancer ({quota}).",
  },
  listenerRules: {
    standard: 100,
    counts: "rules of a load balancer, without the default ones",
    code: "TooManyRules",
    text: "The maximum number of rules has been reached on the load balancer ({quota}).",
  },
  targetGroups: {
    standard: 3000,
    counts: "target groups in a region",
    code: "TooManyTargetGroups",
    text: "The maximum number of target groups has been reached ({quota}).",
  },
  targetGroupsPerLoadBalancer: {
    standard: 100,
    counts: "target groups that a load balancer's rules name",
    code: "TooManyTargetGroups",
    text: "The maximum number of target groups has been reached on the load balancer ({quota}).",
    adjustable: false,
  },
} as const satisfies Record<string, Quota>;

export type QuotaName = keyof typeof quotas;

/** Quotas that differ from a new account's, e.g. after a granted increase. */
export type GrantedQuotas = Partial<Record<QuotaName, number>>;

/** The quota in force. */
export function quotaOf(name: QuotaName, granted: GrantedQuotas = {}): number {
  return granted[name] ?? quotas[name].standard;
}

/** Checks that there is room for one more than `used`. @throws AwsError with AWS's code. */
export function checkQuota(name: QuotaName, used: number, granted: GrantedQuotas): void {
  const quota = quotaOf(name, granted);
  const { code, text } = quotas[name];
  if (used >= quota) throw new AwsError(code, text.replace("{quota}", String(quota)));
}

const isQuota = (name: string): name is QuotaName => Object.hasOwn(quotas, name);

/**
 * Parses quotas from a command line.
 *
 * @param given `NAME=NUMBER` each, e.g. `vpcs=40`.
 * @throws Error that lists every problem: unknown names, invalid or too large numbers.
 */
export function parseQuotas(given: readonly string[]): GrantedQuotas {
  const granted: GrantedQuotas = {};
  const problems: string[] = [];
  for (const text of given) {
    const [, name = "", number = ""] = /^([^=]*)=(.*)$/.exec(text) ?? [];
    const value = Number(number);
    if (!isQuota(name)) {
      problems.push(`"${text}": write NAME=NUMBER with one of ${Object.keys(quotas).join(", ")}`);
    } else if (number === "" || !Number.isInteger(value) || value < 0) {
      problems.push(`${name}: "${number}" is not a whole number of 0 or more`);
    } else if ("adjustable" in quotas[name] && value > quotas[name].standard) {
      problems.push(`${name}: AWS does not raise this quota; it is ${quotas[name].standard}`);
    } else {
      granted[name] = value;
    }
  }
  if (problems.length > 0) throw new Error(`quotas:\n  - ${problems.join("\n  - ")}`);
  return granted;
}

/** Increases when the file format changes; earlier formats stay readable. */
const FILE_VERSION = 1;

export const grantedSchema = z.partialRecord(
  z.enum(Object.keys(quotas) as [QuotaName, ...QuotaName[]]),
  z.int().nonnegative(),
);

/** Before the file had a version, it was just the quotas. */
const fileSchema = z.union([
  z.object({ version: z.literal(FILE_VERSION), granted: grantedSchema }),
  grantedSchema.transform((granted) => ({ granted })),
]);

const fileIn = (dir: string) => path.join(dir, "quotas.json");

/**
 * Reads the quotas granted to the account in a folder.
 * @throws Error naming the file if it is damaged, or a newer lab wrote it
 */
export async function readGranted(dir: string): Promise<GrantedQuotas> {
  const file = fileIn(dir);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return {};
  const { granted } = parseStored(file, text, {
    schema: fileSchema,
    version: FILE_VERSION,
    remedy: "remove it to go back to the standard quotas",
  });
  return granted;
}

/** Stores the granted quotas beside the account. */
export async function writeGranted(dir: string, granted: GrantedQuotas): Promise<void> {
  const text = JSON.stringify({ version: FILE_VERSION, granted }, null, 2);
  await replaceFile(fileIn(dir), `${text}\n`);
}
