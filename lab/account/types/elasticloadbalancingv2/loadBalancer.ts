import type { lb } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import { type AccountContext, resourceType } from "../../resourceType";
import { mustHaveSecurityGroup } from "../ec2/lookups";
import { mustHaveInterfaces } from "../ec2/networkInterfaces";
import { INTERNET_GATEWAY, SUBNET, VPC } from "../ec2/tokens";
import {
  exactlyOne,
  exclusive,
  flag,
  inputsOf,
  inRegion,
  mustExist,
  nameOf,
  prefixOf,
  tags,
  text,
  texts,
  unsupported,
} from "../shared";
import { elbName, elbNamePrefix } from "./inputs";
import { mustHaveFreeName, ofListener } from "./lookups";
import { LISTENER, LOAD_BALANCER } from "./tokens";

/** Route 53 zones of load balancers (AWS General Reference, "Elastic Load Balancing endpoints"). */
const HOSTED_ZONES: Readonly<Record<string, string>> = {
  "ap-northeast-1": "Z14GRHDCWA56QT",
  "ap-northeast-3": "Z5LXEXXYW11ES",
  "ap-southeast-1": "Z1LMS91P8CMLE5",
  "eu-central-1": "Z215JYRZR1TBD5",
  "eu-west-1": "Z32O12XQLNTSW2",
  "us-east-1": "Z35SXDOTRQ7X7K",
  "us-east-2": "Z3AADJGX6KTTL2",
  "us-west-2": "Z1H1FL5HABSF5",
};

const accessLogs = z
  .strictObject({ bucket: z.string(), enabled: z.boolean().default(false), prefix: text })
  .optional();

export const loadBalancer = resourceType({
  token: LOAD_BALANCER,
  aliases: ["aws:alb/loadBalancer:LoadBalancer"],
  inputs: inputsOf<lb.LoadBalancerArgs>()({
    accessLogs,
    clientKeepAlive: z.int().min(60).max(604_800).default(3600),
    connectionLogs: accessLogs,
    customerOwnedIpv4Pool: unsupported,
    desyncMitigationMode: z.enum(["monitor", "defensive", "strictest"]).default("defensive"),
    dnsRecordClientRoutingPolicy: unsupported,
    dropInvalidHeaderFields: z.boolean().default(false),
    enableCrossZoneLoadBalancing: flag,
    enableDeletionProtection: z.boolean().default(false),
    enableHttp2: z.boolean().default(true),
    enablePrefixForIpv6SourceNat: unsupported,
    enableTlsVersionAndCipherSuiteHeaders: z.boolean().default(false),
    enableWafFailOpen: z.boolean().default(false),
    enableXffClientPort: z.boolean().default(false),
    enableZonalShift: z.boolean().default(false),
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: unsupported,
    healthCheckLogs: accessLogs,
    idleTimeout: z.int().min(1).max(4000).default(60),
    internal: flag,
    ipAddressType: z.literal("ipv4", { error: "must be ipv4 in the offline account" }).optional(),
    ipamPools: unsupported,
    loadBalancerType: z
      .literal("application", { error: "must be application in the offline account" })
      .default("application"),
    minimumLoadBalancerCapacity: unsupported,
    name: elbName
      .refine((name) => !name.startsWith("internal-"), 'may not begin with "internal-"')
      .optional(),
    namePrefix: elbNamePrefix.optional(),
    preserveHostHeader: z.boolean().default(false),
    region: text,
    secondaryIpsAutoAssignedPerSubnet: unsupported,
    securityGroups: texts,
    subnetMappings: z.array(z.strictObject({ subnetId: z.string() })).optional(),
    subnets: texts,
    tags,
    xffHeaderProcessingMode: z.enum(["append", "preserve", "remove"]).default("append"),
  }),
  autoNameMaxLength: 32,
  immutable: ["internal", "loadBalancerType", "name", "namePrefix", "region"],
  sets: ["securityGroups", "subnetMappings", "subnets"],
  computed: [
    "arn",
    "arnSuffix",
    "dnsName",
    "enablePrefixForIpv6SourceNat",
    "enforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
    "internal",
    "ipAddressType",
    "name",
    "namePrefix",
    "secondaryIpsAutoAssignedPerSubnet",
    "securityGroups",
    "subnetMappings",
    "subnets",
    "vpcId",
    "zoneId",
  ],
  rules: [exclusive("name", "namePrefix"), exactlyOne("subnets", "subnetMappings")],
  validate(context, inputs, before) {
    mustHaveFreeName(context, LOAD_BALANCER, inputs.name, before);
    if (!before) {
      checkQuota("loadBalancers", inRegion(context, LOAD_BALANCER).length, context.quotas);
      mustHaveInterfaces(context, subnetIdsOf(inputs).length);
    }
    const vpcId = vpcOfSubnets(context, subnetIdsOf(inputs));
    const isPublic = inputs.internal !== true;
    const gateways = context.list(INTERNET_GATEWAY);
    if (isPublic && !gateways.some(({ outputs }) => outputs.vpcId === vpcId)) {
      throw new AwsError("InvalidSubnet", `VPC ${vpcId} has no internet gateway`);
    }
    for (const groupId of inputs.securityGroups ?? []) {
      mustHaveSecurityGroup(context, groupId);
      const group = context.get("aws:ec2/securityGroup:SecurityGroup", groupId);
      if (group && group.outputs.vpcId !== vpcId) {
        throw new AwsError(
          "InvalidConfigurationRequest",
          `One or more security groups are invalid: ${groupId} is not in ${vpcId}`,
        );
      }
    }
  },
  create(context, inputs) {
    const name = nameOf(context, inputs);
    const suffix = `app/${name}/${context.hex("id", 16)}`;
    const subnets = subnetIdsOf(inputs);
    const vpcId = vpcOfSubnets(context, subnets);
    const internal = inputs.internal ?? false;
    const number = Number.parseInt(context.hex("dns", 8), 16);
    const loadBalancerArn = context.arn("elasticloadbalancing", `loadbalancer/${suffix}`);
    return {
      id: loadBalancerArn,
      outputs: {
        arn: loadBalancerArn,
        arnSuffix: suffix,
        // On AWS the name ends in .elb.amazonaws.com; here in .localhost, which is this machine.
        dnsName: `${internal ? "internal-" : ""}${name}-${number}.${context.region}.elb.localhost`,
        enablePrefixForIpv6SourceNat: "",
        enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: "",
        internal,
        ipAddressType: "ipv4",
        name,
        ...prefixOf(inputs.namePrefix),
        secondaryIpsAutoAssignedPerSubnet: 0,
        securityGroups: [context.get(VPC, vpcId)?.outputs.defaultSecurityGroupId],
        subnetMappings: subnets.map((subnetId) => ({ subnetId })),
        subnets,
        vpcId,
        zoneId: HOSTED_ZONES[context.region] ?? `Z${context.hex("zone", 13).toUpperCase()}`,
      },
    };
  },
  beforeDelete(_context, record) {
    if (record.inputs.enableDeletionProtection === true) {
      throw new AwsError(
        "OperationNotPermitted",
        `Load balancer '${record.id}' cannot be deleted because deletion protection is enabled`,
      );
    }
  },
  owned: (context, record) =>
    context
      .list(LISTENER)
      .filter(({ outputs }) => outputs.loadBalancerArn === record.id)
      .flatMap((owned) => [...ofListener(context, owned), owned]),
});

function subnetIdsOf(inputs: {
  readonly subnets?: readonly string[] | undefined;
  readonly subnetMappings?: readonly { readonly subnetId: string }[] | undefined;
}): string[] {
  return [
    ...(inputs.subnets ?? []),
    ...(inputs.subnetMappings ?? []).map(({ subnetId }) => subnetId),
  ];
}

/** The VPC of a load balancer's subnets, of which there must be at least two, in different zones. */
function vpcOfSubnets(context: AccountContext, subnetIds: readonly string[]): string {
  const subnets = [...new Set(subnetIds)].map((id) =>
    mustExist(context, SUBNET, id, "SubnetNotFound", `The subnet ID '${id}' does not exist`),
  );
  const zones = new Set(subnets.map(({ outputs }) => outputs.availabilityZone));
  const vpcIds = new Set(subnets.map(({ outputs }) => String(outputs.vpcId)));
  if (zones.size < 2) {
    throw new AwsError(
      "ValidationError",
      "At least two subnets in two different Availability Zones must be specified",
    );
  }
  if (vpcIds.size > 1) {
    throw new AwsError("InvalidConfigurationRequest", "All subnets must belong to the same VPC");
  }
  if (zones.size < subnets.length) {
    throw new AwsError(
      "InvalidConfigurationRequest",
      "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
    );
  }
  return [...vpcIds][0] ?? "";
}
