import type { lb } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../../errors";
import { checkQuota } from "../../quotas";
import { type AccountContext, resourceType } from "../../resourceType";
import { isIssued } from "../acm/issue";
import { CERTIFICATE } from "../acm/tokens";
import { arn, flag, inputsOf, mustExist, tags, text, unsupported } from "../shared";
import { action } from "./action";
import { checkActions, checkLoop } from "./actionChecks";
import { port } from "./inputs";
import { listenersOf, ofListener } from "./lookups";
import { DEFAULT_SECURITY_POLICY, tlsVersions } from "./securityPolicies";
import { LISTENER, LOAD_BALANCER } from "./tokens";

/** Header names and values that an ALB can rewrite; empty by default. */
const headerSettings = {
  routingHttpRequestXAmznMtlsClientcertHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertIssuerHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertLeafHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertSerialNumberHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertSubjectHeaderName: text,
  routingHttpRequestXAmznMtlsClientcertValidityHeaderName: text,
  routingHttpRequestXAmznTlsCipherSuiteHeaderName: text,
  routingHttpRequestXAmznTlsVersionHeaderName: text,
  routingHttpResponseAccessControlAllowCredentialsHeaderValue: text,
  routingHttpResponseAccessControlAllowHeadersHeaderValue: text,
  routingHttpResponseAccessControlAllowMethodsHeaderValue: text,
  routingHttpResponseAccessControlAllowOriginHeaderValue: text,
  routingHttpResponseAccessControlExposeHeadersHeaderValue: text,
  routingHttpResponseAccessControlMaxAgeHeaderValue: text,
  routingHttpResponseContentSecurityPolicyHeaderValue: text,
  routingHttpResponseStrictTransportSecurityHeaderValue: text,
  routingHttpResponseXContentTypeOptionsHeaderValue: text,
  routingHttpResponseXFrameOptionsHeaderValue: text,
} as const;

export const listener = resourceType({
  token: LISTENER,
  aliases: ["aws:alb/listener:Listener"],
  inputs: inputsOf<lb.ListenerArgs>()({
    ...headerSettings,
    alpnPolicy: unsupported,
    certificateArn: arn.optional(),
    defaultActions: z.array(action).min(1),
    loadBalancerArn: arn,
    mutualAuthentication: unsupported,
    port: port.optional(),
    protocol: z.enum(["HTTP", "HTTPS"]).optional(),
    region: text,
    routingHttpResponseServerEnabled: flag,
    sslPolicy: text,
    tags,
    tcpIdleTimeoutSeconds: unsupported,
  }),
  immutable: ["loadBalancerArn", "region"],
  computed: [
    "arn",
    "mutualAuthentication",
    "protocol",
    "routingHttpResponseServerEnabled",
    "sslPolicy",
    "tcpIdleTimeoutSeconds",
    ...Object.keys(headerSettings),
  ],
  validate(context, inputs, before) {
    const balancer = mustExist(
      context,
      LOAD_BALANCER,
      inputs.loadBalancerArn,
      "LoadBalancerNotFound",
      `Load balancer '${inputs.loadBalancerArn}' not found`,
    );
    if (inputs.port === undefined)
      throw new AwsError("ValidationError", "A port must be specified");
    if (!before) {
      checkQuota("listeners", listenersOf(context, balancer.id).length, context.quotas);
    }
    const clash = context
      .list(LISTENER)
      .find(
        ({ id, outputs }) =>
          outputs.loadBalancerArn === balancer.id &&
          outputs.port === inputs.port &&
          id !== before?.id,
      );
    if (clash) {
      throw new AwsError(
        "DuplicateListener",
        `A listener already exists on this port for this load balancer '${balancer.id}'`,
      );
    }
    if (protocolOf(inputs) === "HTTPS") checkTls(context, inputs);
    if (protocolOf(inputs) === "HTTP" && inputs.certificateArn !== undefined) {
      throw new AwsError("ValidationError", "A certificate cannot be specified for HTTP listeners");
    }
    checkLoop(inputs.defaultActions);
    checkActions(context, inputs.defaultActions, balancer, protocolOf(inputs));
  },
  create(context, inputs) {
    const suffix = String(context.get(LOAD_BALANCER, inputs.loadBalancerArn)?.outputs.arnSuffix);
    const listenerArn = context.arn(
      "elasticloadbalancing",
      `listener/${suffix}/${context.hex("id", 16)}`,
    );
    const protocol = protocolOf(inputs);
    return {
      id: listenerArn,
      outputs: {
        ...Object.fromEntries(Object.keys(headerSettings).map((key) => [key, ""])),
        arn: listenerArn,
        protocol,
        routingHttpResponseServerEnabled: true,
        sslPolicy: protocol === "HTTPS" ? DEFAULT_SECURITY_POLICY : "",
        tcpIdleTimeoutSeconds: 0,
      },
    };
  },
  owned: ofListener,
});

function protocolOf(inputs: {
  readonly protocol?: "HTTP" | "HTTPS" | undefined;
  readonly certificateArn?: string | undefined;
}): "HTTP" | "HTTPS" {
  return inputs.protocol ?? "HTTP";
}

/** AWS accepts issued ACM certificates, and existing policies. */
function checkTls(
  context: AccountContext,
  {
    certificateArn,
    sslPolicy,
  }: { readonly certificateArn?: string | undefined; readonly sslPolicy?: string | undefined },
): void {
  if (certificateArn === undefined) {
    throw new AwsError("ValidationError", "A certificate must be specified for HTTPS listeners");
  }
  const certificate = mustExist(
    context,
    CERTIFICATE,
    certificateArn,
    "CertificateNotFound",
    `Certificate '${certificateArn}' not found`,
  );
  // The same error for a certificate that is not validated yet (terraform-provider-aws, issue 26245).
  if (!isIssued(certificate)) {
    throw new AwsError(
      "UnsupportedCertificate",
      `The certificate '${certificateArn}' must have a fully-qualified domain name, a supported signature, and a ` +
        "supported key size.",
    );
  }
  if (sslPolicy !== undefined && tlsVersions(sslPolicy) === undefined) {
    throw new AwsError("SSLPolicyNotFound", `SSL policy '${sslPolicy}' not found`);
  }
}
