import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import {
  certificateProblem,
  domainProblem,
  hostedZoneProblem,
  issuedProblem,
} from "../shared/certificates";
import { baseNameProblem, physicalName } from "../shared/names";
import { about, rejectProblems, repeated } from "../shared/problems";
import { createNamedGroup } from "../shared/securityGroup";
import { type Transform, transformed } from "../shared/transform";
import {
  createAliases,
  createDomainCertificate,
  type DomainArgs,
  type DomainTransform,
} from "./domainCertificate";
import type { Network } from "./network";
import { redirectToHttps } from "./redirect";

/** An S3 bucket to which a load balancer logs each request. */
export interface AccessLogs {
  /**
   * Name of the bucket, in the load balancer's region, encrypted with S3's own keys (SSE-S3) and with a policy that lets
   * `logdelivery.elasticloadbalancing.amazonaws.com` put objects. S3 charges for the storage.
   *
   * Source: Elastic Load Balancing user guide, "Enable access logs for your Application Load Balancer".
   * @throws if it is text but not a bucket's name
   */
  bucket: pulumi.Input<string>;
  /**
   * Folder in the bucket; may neither begin nor end with `/`, nor contain `AWSLogs`.
   * @default none
   * @throws if it begins or ends with `/`, or contains `AWSLogs`
   */
  prefix?: string;
}

/** Where a load balancer is. */
export interface LoadBalancerNetwork extends Pick<
  Network,
  "vpcId" | "vpcCidrBlock" | "publicSubnetIds"
> {
  /** The subnets for an internal load balancer. */
  taskSubnetIds?: pulumi.Output<string[]>;
}

/** What a load balancer takes in any language. */
export interface LoadBalancerInputs {
  /**
   * Base of the physical names; the stack is added. If it changes, the load balancer is deleted and recreated,
   * under another address.
   * @default "handson"
   * @throws if it is not 1 to 20 lower-case letters, digits and single hyphens with a letter first, or begins with
   * `internal-`, `aws` or `sg-`
   */
  name?: string;
  /** Where it is: in the public subnets or, if it is internal, in those for tasks. It may send to the VPC only. */
  network: LoadBalancerNetwork;
  /**
   * Whether only the VPC can reach it. If it changes, the load balancer is deleted and recreated.
   * @default false: the internet can
   */
  internal?: boolean;
  /**
   * ARN of an existing, issued ACM certificate in the load balancer's region; your DNS must point its names here. It is
   * free. If given as text, it is looked up, so that a preview reports problems with it, and `url` has its name. Not
   * together with `domain`.
   * @default none, HTTP only
   * @throws if it is text but not a certificate's ARN or one that is not issued, or `domain` is also given
   */
  certificateArn?: pulumi.Input<string>;
  /**
   * The domain under which it answers, with a certificate that is created for it. Only the hosted zone costs something
   * (0.50 USD a month); it must exist. Not together with `certificateArn`.
   * @default none, HTTP only
   */
  domain?: DomainArgs;
  /** Where each request is logged. @default none */
  accessLogs?: AccessLogs;
  /**
   * ARN of a web ACL of AWS WAF with the scope `REGIONAL`, in the load balancer's region, that filters requests first.
   * WAF costs 5 USD a month for a web ACL, 1 USD for each of its rules, and 0.60 USD for a million requests.
   *
   * Source: AWS WAF developer guide, "Associating or disassociating protection with an AWS resource"; AWS WAF pricing.
   * @default none
   * @throws if it is text but not an ARN of a regional web ACL
   */
  webAclArn?: pulumi.Input<string>;
  /**
   * Whether it is protected from deletion, also by `pulumi destroy`, until an update has set this to false.
   * @default false
   */
  enableDeletionProtection?: boolean;
}

/** Overrides for the arguments of each resource that a load balancer consists of. */
export interface LoadBalancerTransform extends DomainTransform {
  loadBalancer?: Transform<aws.lb.LoadBalancerArgs>;
  webAclAssociation?: Transform<aws.wafv2.WebAclAssociationArgs>;
  /** `…-http` and `…-https`. */
  listener?: Transform<aws.lb.ListenerArgs>;
  securityGroup?: Transform<aws.ec2.SecurityGroupArgs>;
  /** `…-alb-http` and `…-alb-https`. */
  securityGroupIngressRule?: Transform<aws.vpc.SecurityGroupIngressRuleArgs>;
  securityGroupEgressRule?: Transform<aws.vpc.SecurityGroupEgressRuleArgs>;
}

export interface LoadBalancerArgs extends LoadBalancerInputs {
  /** Overrides for the resources' arguments, for what this component does not offer. @default none */
  transform?: LoadBalancerTransform;
}

/**
 * Accepts TLS 1.3 and 1.2 with forward secrecy, and post-quantum key exchange.
 *
 * Source: ELB user guide, "Security policies for your Application Load Balancer", which recommends it.
 */
const securityPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/**
 * An Application Load Balancer, internet-facing by default, that listens on HTTP port 80 and answers 404 until a
 * service adds a rule. Many services can share it, each with a rule of its own priority. With a certificate it answers
 * on HTTPS port 443, and port 80 redirects there.
 *
 * Source: the first tutorial assumes an existing load balancer; this is the one that it needs. The settings are from
 * "Application Load Balancers" in the Elastic Load Balancing guide.
 *
 * @throws pulumi.ResourceError naming every argument that is wrong.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  /** DNS name under which the load balancer answers. */
  readonly dnsName: pulumi.Output<string>;
  /** ARN of the listener that serves requests, for listener rules: the HTTPS one if there is one. */
  readonly listenerArn: pulumi.Output<string>;
  /** Id of its security group, for tasks that let nobody else in. */
  readonly securityGroupId: pulumi.Output<string>;
  /** ARN of the HTTP listener that redirects to it; undefined if HTTP serves. */
  readonly httpListenerArn: pulumi.Output<string> | undefined;
  /** Where it answers: its domain, the certificate's, or else its own name. */
  readonly url: pulumi.Output<string>;
  /** Last part of the load balancer's ARN, which identifies its metrics in CloudWatch. */
  readonly arnSuffix: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("ecs-handson:lb:LoadBalancer", name, {}, opts);
    const base = args.name ?? "handson";
    rejectProblems(this, [
      about("name", baseNameProblem(base)),
      ...httpsProblems(args),
      args.internal === true && args.network.taskSubnetIds === undefined
        ? "internal needs network.taskSubnetIds, the subnets to put it in; give them"
        : undefined,
      bucketProblem(args.accessLogs?.bucket),
      prefixProblem(args.accessLogs?.prefix),
      webAclProblem(args.webAclArn),
    ]);
    const stack = pulumi.getStack();
    const parent = { parent: this };

    const securityGroup = createNamedGroup(
      `${name}-alb`,
      {
        base: `${base}-alb`,
        description: `${base} load balancer`,
        vpcId: args.network.vpcId,
        transform: args.transform?.securityGroup,
      },
      this,
    );
    openPort(`${name}-alb-http`, { ...args, protocol: "HTTP", port: 80 }, securityGroup, this);
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-alb-targets`,
      transformed(
        `${name}-alb-targets`,
        {
          securityGroupId: securityGroup.id,
          description: "Requests and health checks to targets in the VPC",
          ipProtocol: "-1",
          cidrIpv4: args.network.vpcCidrBlock,
        },
        args.transform?.securityGroupEgressRule,
      ),
      parent,
    );

    const loadBalancer = new aws.lb.LoadBalancer(
      `${name}-alb`,
      transformed(
        `${name}-alb`,
        {
          name: physicalName("loadBalancer", base, stack),
          loadBalancerType: "application",
          internal: args.internal ?? false,
          securityGroups: [securityGroup.id],
          subnets: subnetsOf(args),
          dropInvalidHeaderFields: true,
          ...(args.accessLogs && { accessLogs: { ...args.accessLogs, enabled: true } }),
          ...(args.enableDeletionProtection === true && { enableDeletionProtection: true }),
        },
        args.transform?.loadBalancer,
      ),
      // A target group belongs to one load balancer only, so the remaining services' groups could not join the new one
      // while the old one exists.
      { ...parent, deleteBeforeReplace: true },
    );
    if (args.webAclArn !== undefined) {
      new aws.wafv2.WebAclAssociation(
        `${name}-waf`,
        transformed(
          `${name}-waf`,
          { resourceArn: loadBalancer.arn, webAclArn: args.webAclArn },
          args.transform?.webAclAssociation,
        ),
        parent,
      );
    }
    const https = this.createHttps(name, args, { securityGroup, loadBalancer });
    const http = new aws.lb.Listener(
      `${name}-http`,
      transformed(
        `${name}-http`,
        {
          loadBalancerArn: loadBalancer.arn,
          port: 80,
          protocol: "HTTP",
          defaultActions: [https ? redirectToHttps : nothingHere],
        },
        args.transform?.listener,
      ),
      // Redirects only once the target listens.
      { ...parent, dependsOn: https ? [https.listener] : [] },
    );

    this.dnsName = loadBalancer.dnsName;
    this.listenerArn = (https?.listener ?? http).arn;
    this.httpListenerArn = https && http.arn;
    this.url = https
      ? pulumi.interpolate`https://${https.host}/`
      : pulumi.interpolate`http://${loadBalancer.dnsName}/`;
    this.securityGroupId = securityGroup.id;
    this.arnSuffix = loadBalancer.arnSuffix;
    this.registerOutputs({ dnsName: this.dnsName });
  }

  /** The HTTPS listener, if there is a certificate, and a host that the certificate covers. */
  private createHttps(
    name: string,
    args: LoadBalancerArgs,
    { securityGroup, loadBalancer }: Parts,
  ): { listener: aws.lb.Listener; host: pulumi.Input<string> } | undefined {
    const { transform } = args;
    if (args.domain) createAliases(name, args.domain, loadBalancer, this, transform);
    const certificate = this.certificateOf(name, args, loadBalancer);
    if (!certificate) return undefined;
    const ingress = openPort(
      `${name}-alb-https`,
      { ...args, protocol: "HTTPS", port: 443 },
      securityGroup,
      this,
    );
    const listener = new aws.lb.Listener(
      `${name}-https`,
      transformed(
        `${name}-https`,
        {
          loadBalancerArn: loadBalancer.arn,
          port: 443,
          protocol: "HTTPS",
          sslPolicy: securityPolicy,
          certificateArn: certificate.arn,
          defaultActions: [nothingHere],
        },
        transform?.listener,
      ),
      { parent: this, dependsOn: [ingress] },
    );
    return { listener, host: certificate.host };
  }

  /** The certificate, and a host that it covers. */
  private certificateOf(
    name: string,
    { certificateArn, domain, transform }: LoadBalancerArgs,
    { dnsName }: aws.lb.LoadBalancer,
  ): { arn: pulumi.Input<string>; host: pulumi.Input<string> } | undefined {
    if (domain) {
      return { arn: createDomainCertificate(name, domain, this, transform), host: domain.name };
    }
    if (typeof certificateArn === "string") {
      return givenCertificate(name, certificateArn, dnsName, this);
    }
    // A certificate that the program creates does not exist yet when a preview would look it up.
    return certificateArn && { arn: certificateArn, host: dnsName };
  }
}

interface Parts {
  securityGroup: aws.ec2.SecurityGroup;
  loadBalancer: aws.lb.LoadBalancer;
}

/** The answer to requests that match no rule. */
const nothingHere = {
  type: "fixed-response",
  fixedResponse: {
    contentType: "text/plain",
    messageBody: "No service answers here.",
    statusCode: "404",
  },
};

/** Its subnets; `internal` without subnets has been refused already. */
const subnetsOf = ({ internal, network }: LoadBalancerArgs) =>
  (internal === true ? network.taskSubnetIds : undefined) ?? network.publicSubnetIds;

/** Opens the load balancer to its clients. */
function openPort(
  name: string,
  {
    protocol,
    port,
    internal,
    network,
    transform,
  }: LoadBalancerArgs & { protocol: string; port: number },
  { id: securityGroupId }: aws.ec2.SecurityGroup,
  parent: pulumi.Resource,
): aws.vpc.SecurityGroupIngressRule {
  return new aws.vpc.SecurityGroupIngressRule(
    name,
    transformed(
      name,
      {
        securityGroupId,
        description: `${protocol} from the ${internal === true ? "VPC" : "internet"}`,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4: internal === true ? network.vpcCidrBlock : "0.0.0.0/0",
      },
      transform?.securityGroupIngressRule,
    ),
    { parent },
  );
}

/** Source: Amazon S3 user guide, "General purpose bucket naming rules". */
function bucketProblem(bucket: AccessLogs["bucket"] | undefined): string | undefined {
  return typeof bucket !== "string" || /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)
    ? undefined
    : `accessLogs.bucket "${bucket}" must be a bucket's name: 3 to 63 lower-case letters, digits, - and .`;
}

function prefixProblem(prefix: string | undefined): string | undefined {
  return prefix === undefined || (/^[^/](.*[^/])?$/.test(prefix) && !prefix.includes("AWSLogs"))
    ? undefined
    : `accessLogs.prefix "${prefix}" may neither begin nor end with /, nor contain AWSLogs`;
}

function webAclProblem(arn: LoadBalancerArgs["webAclArn"]): string | undefined {
  return typeof arn !== "string" ||
    /^arn:[\w-]+:wafv2:[\w-]+:\d{12}:regional\/webacl\/.+$/.test(arn)
    ? undefined
    : `webAclArn "${arn}" must be the ARN of a web ACL with the scope REGIONAL`;
}

function httpsProblems({ certificateArn, domain }: LoadBalancerArgs): (string | undefined)[] {
  return [
    certificateArn !== undefined && domain
      ? "certificateArn and domain: give one, a domain gets its own certificate"
      : undefined,
    typeof certificateArn === "string"
      ? about("certificateArn", certificateProblem(certificateArn))
      : undefined,
    ...(domain ? domainProblems(domain) : []),
  ];
}

function domainProblems({
  name,
  hostedZoneId,
  alternativeNames = [],
}: DomainArgs): (string | undefined)[] {
  return [
    about("domain.name", domainProblem(name)),
    typeof hostedZoneId === "string"
      ? about("domain.hostedZoneId", hostedZoneProblem(hostedZoneId))
      : undefined,
    alternativeNames.length > 9
      ? `domain.alternativeNames has ${alternativeNames.length} names; a certificate can have at most ten`
      : undefined,
    ...alternativeNames.map((one) =>
      about("domain.alternativeNames", domainProblem(one.replace(/^\*\./, ""))),
    ),
    ...repeated([name, ...alternativeNames]).map(
      (one) => `domain.alternativeNames: "${one}" is listed twice; leave one out`,
    ),
  ];
}

/**
 * Looks a certificate up, so that a preview reports if it is missing or not issued yet: ELB would report it only in the
 * middle of an update.
 */
function givenCertificate(
  name: string,
  arn: string,
  dnsName: pulumi.Output<string>,
  parent: pulumi.Resource,
): { arn: pulumi.Output<string>; host: pulumi.Output<string> } {
  const { domainName, status } = aws.acm.Certificate.get(
    `${name}-given-certificate`,
    arn,
    undefined,
    {
      parent,
    },
  );
  return {
    arn: status.apply((now) => {
      const problem = issuedProblem(arn, now);
      if (problem === undefined) return arn;
      throw new pulumi.ResourceError(`certificateArn ${problem}`, parent, true);
    }),
    // A wildcard does not cover the domain itself.
    host: pulumi
      .all([domainName, dnsName])
      .apply(([certified, own]) => (certified.startsWith("*") ? own : certified)),
  };
}
