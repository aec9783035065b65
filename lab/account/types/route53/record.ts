import type { route53 } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import { type AccountContext, resourceType } from "../../resourceType";
import { issueValidated } from "../acm/issue";
import { LOAD_BALANCER } from "../elasticloadbalancingv2/tokens";
import { exactlyOne, exclusive, inputsOf, text, unsupported } from "../shared";
import { mustHaveZone, recordsOf } from "./lookups";
import { domainName, normalized, wholeName } from "./names";
import { RECORD } from "./tokens";

const alias = z.strictObject({
  evaluateTargetHealth: z.boolean(),
  name: domainName,
  zoneId: z.string().min(1).max(32),
});

/** A record set with simple routing. */
export const record = resourceType({
  token: RECORD,
  inputs: inputsOf<route53.RecordArgs>()({
    aliases: z.array(alias).length(1).optional(),
    allowOverwrite: z.boolean().optional(),
    cidrRoutingPolicy: unsupported,
    failoverRoutingPolicies: unsupported,
    geolocationRoutingPolicies: unsupported,
    geoproximityRoutingPolicy: unsupported,
    healthCheckId: unsupported,
    latencyRoutingPolicies: unsupported,
    multivalueAnswerRoutingPolicy: unsupported,
    name: z.string().max(1024),
    records: z.array(z.string()).min(1).optional(),
    setIdentifier: unsupported,
    ttl: z.int().min(0).max(2_147_483_647).optional(),
    type: z.enum(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SRV", "TXT"]),
    weightedRoutingPolicies: unsupported,
    zoneId: text.pipe(z.string()),
  }),
  immutable: ["name", "zoneId"],
  // A record is identified by name and type, so a change of type replaces it.
  immutableWhen: (olds, news) => (olds.type === news.type ? [] : ["type"]),
  meaning: { name: (name) => (typeof name === "string" ? normalized(name) : name) },
  sets: ["records"],
  computed: ["allowOverwrite", "fqdn"],
  rules: [
    exactlyOne("aliases", "records"),
    exclusive("aliases", "ttl"),
    {
      keys: ["records", "ttl"],
      check: ({ records, ttl }) =>
        records !== undefined && ttl === undefined ? "must come with ttl" : undefined,
    },
  ],
  validate(context, inputs, before) {
    const zone = mustHaveZone(context, inputs.zoneId);
    const zoneName = String(zone.outputs.name);
    const name = wholeName(inputs.name, zoneName);
    const others = recordsOf(context, zone).filter(
      ({ id, outputs }) => outputs.fqdn === name && id !== before?.id,
    );
    if (others.some(({ outputs }) => outputs.type === inputs.type)) {
      throw invalidChange(
        `Tried to create resource record set [name='${name}.', type='${inputs.type}'] but it already exists`,
      );
    }
    if (inputs.type === "CNAME" && name === zoneName) {
      throw invalidChange(
        `RRSet of type CNAME with DNS name ${name}. is not permitted at apex in zone ${zoneName}.`,
      );
    }
    const isAlone = others.length === 0;
    const isCname = [inputs.type, ...others.map(({ outputs }) => outputs.type)].includes("CNAME");
    if (isCname && !isAlone) {
      throw invalidChange(
        `RRSet of type ${inputs.type} with DNS name ${name}. is not permitted as it conflicts with other ` +
          `records with the same DNS name in zone ${zoneName}.`,
      );
    }
    for (const target of inputs.aliases ?? []) checkAlias(context, target, inputs.type);
  },
  create(context, inputs) {
    const zone = mustHaveZone(context, inputs.zoneId);
    return {
      id: [zone.id, normalized(inputs.name), inputs.type].join("_"),
      outputs: {
        allowOverwrite: false,
        fqdn: wholeName(inputs.name, String(zone.outputs.name)),
      },
    };
  },
  complete: ({ name }) => ({ name: normalized(name) }),
  thereupon: (account) => issueValidated(account),
});

/** Checks an alias of a load balancer, the only kind that the account supports. */
function checkAlias(
  context: AccountContext,
  { name, zoneId }: z.output<typeof alias>,
  type: string,
): void {
  const wanted = normalized(name).replace(/^dualstack\./, "");
  const target = context
    .list(LOAD_BALANCER)
    .find(({ outputs }) => normalized(String(outputs.dnsName)) === wanted);
  if (isAt(target, zoneId)) return;
  throw invalidChange(
    target === undefined
      ? `Tried to create an alias that targets ${name}., type ${type} in zone ${zoneId}, but that target was not found`
      : `Tried to create an alias that targets ${name}., type ${type} in zone ${zoneId}, ` +
          "but the alias target name does not lie within the target zone",
  );
}

const isAt = (target: ResourceRecord | undefined, zoneId: string) =>
  target?.outputs.zoneId === zoneId;

const invalidChange = (text: string) => new AwsError("InvalidChangeBatch", `[${text}]`);
