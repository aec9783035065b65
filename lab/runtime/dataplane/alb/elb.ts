import { z } from "zod";
import type { ResourceRecord } from "../../../account/record";

/** Type tokens of the load balancing resources that the data plane follows. */
export const ELB_TYPES = {
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
  listener: "aws:lb/listener:Listener",
  listenerRule: "aws:lb/listenerRule:ListenerRule",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
} as const;

// Optional properties may be absent or null, and numbers may be strings.
const optionalText = z
  .string()
  .nullish()
  .transform((value) => (value === "" ? undefined : (value ?? undefined)));
const number = z.coerce.number();
const texts = z
  .array(z.string())
  .nullish()
  .transform((values) => values ?? []);

const patterns = z.object({ values: texts, regexValues: texts }).nullish();

const condition = z.object({
  hostHeader: patterns,
  pathPattern: patterns,
  httpHeader: z.object({ httpHeaderName: z.string(), values: texts, regexValues: texts }).nullish(),
  httpRequestMethod: z.object({ values: texts }).nullish(),
  queryStrings: z.array(z.object({ key: optionalText, value: z.string() })).nullish(),
  sourceIp: z.object({ values: texts }).nullish(),
});

/** One condition of a listener rule; exactly one member is set. */
export type RuleCondition = z.infer<typeof condition>;

const action = z.object({
  type: z.string(),
  order: number.nullish(),
  targetGroupArn: optionalText,
  forward: z
    .object({
      targetGroups: z.array(
        z.object({ arn: z.string(), weight: number.nullish().transform((weight) => weight ?? 1) }),
      ),
    })
    .nullish(),
  fixedResponse: z
    .object({
      contentType: z.string(),
      messageBody: optionalText,
      statusCode: number.nullish().transform((code) => code ?? 200),
    })
    .nullish(),
  redirect: z
    .object({
      host: optionalText,
      path: optionalText,
      port: optionalText,
      protocol: optionalText,
      query: z.string().nullish(),
      statusCode: z.string(),
    })
    .nullish(),
});

/** One action of a listener or a rule. */
export type RuleAction = z.infer<typeof action>;

const loadBalancer = z.object({
  arn: z.string(),
  name: z.string(),
  dnsName: z.string(),
  idleTimeout: number.nullish().transform((seconds) => seconds ?? 60),
});

/** An Application Load Balancer; `idleTimeout` in seconds. */
export type LoadBalancer = z.infer<typeof loadBalancer>;

const listener = z.object({
  arn: z.string(),
  loadBalancerArn: z.string(),
  port: number.nullish().transform((port) => port ?? 80),
  protocol: z
    .string()
    .nullish()
    .transform((protocol) => protocol ?? "HTTP"),
  certificateArn: optionalText,
  sslPolicy: optionalText,
  defaultActions: z.array(action),
});

/** A listener; `port` is the one in the account, not the one this machine listens on. */
export type Listener = z.infer<typeof listener>;

const listenerRule = z.object({
  arn: z.string(),
  listenerArn: z.string(),
  priority: number,
  conditions: z.array(condition),
  actions: z.array(action),
});

/** A rule of a listener; the lowest `priority` is evaluated first. */
export type ListenerRule = z.infer<typeof listenerRule>;

const healthCheck = z
  .object({
    enabled: z.boolean().nullish(),
    path: z.string().nullish(),
    interval: number.nullish(),
    timeout: number.nullish(),
    healthyThreshold: number.nullish(),
    unhealthyThreshold: number.nullish(),
    matcher: z.string().nullish(),
  })
  .nullish()
  .transform((check) => ({
    enabled: check?.enabled ?? true,
    path: check?.path ?? "/",
    intervalSeconds: check?.interval ?? 30,
    timeoutSeconds: check?.timeout ?? 5,
    healthyThreshold: check?.healthyThreshold ?? 5,
    unhealthyThreshold: check?.unhealthyThreshold ?? 2,
    matcher: check?.matcher ?? "200",
  }));

/** A target group's health check, with AWS's defaults filled in. */
export type HealthCheck = z.infer<typeof healthCheck>;

const targetGroup = z.object({
  arn: z.string(),
  name: z.string(),
  protocolVersion: z
    .string()
    .nullish()
    .transform((version) => version ?? "HTTP1"),
  deregistrationDelay: number.nullish().transform((seconds) => seconds ?? 300),
  healthCheck,
});

/** A target group; `deregistrationDelay` in seconds, by default 300 as on AWS. */
export type TargetGroupSettings = z.infer<typeof targetGroup>;

/**
 * Parses a record's properties with a schema; the `to…` functions below do it for each type.
 * @throws {Error} naming the record and the property, if it does not have @pulumi/aws's format
 */
export function parseRecord<T>(schema: z.ZodType<T>, record: ResourceRecord): T {
  const parsed = schema.safeParse(record.outputs);
  if (parsed.success) return parsed.data;
  throw new Error(`${record.type} ${record.id}: ${z.prettifyError(parsed.error)}`);
}

export const toLoadBalancer = (record: ResourceRecord): LoadBalancer =>
  parseRecord(loadBalancer, record);
export const toListener = (record: ResourceRecord): Listener => parseRecord(listener, record);
export const toListenerRule = (record: ResourceRecord): ListenerRule =>
  parseRecord(listenerRule, record);
export const toTargetGroup = (record: ResourceRecord): TargetGroupSettings =>
  parseRecord(targetGroup, record);
