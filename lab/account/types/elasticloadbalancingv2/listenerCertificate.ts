import type { lb } from "@pulumi/aws";

import { AwsError } from "../../errors";
import { resourceType } from "../../resourceType";
import { isIssued } from "../acm/issue";
import { CERTIFICATE } from "../acm/tokens";
import { arn, inputsOf, mustExist, text } from "../shared";
import { mustHaveListener } from "./lookups";
import { LISTENER_CERTIFICATE } from "./tokens";

/**
 * A further certificate of an HTTPS listener, used for clients that request one of its names.
 *
 * Source: Elastic Load Balancing API reference, "AddListenerCertificates"; terraform-provider-aws,
 * internal/service/elbv2/listener_certificate.go, for the id.
 */
export const listenerCertificate = resourceType({
  token: LISTENER_CERTIFICATE,
  aliases: ["aws:alb/listenerCertificate:ListenerCertificate"],
  inputs: inputsOf<lb.ListenerCertificateArgs>()({
    certificateArn: arn,
    listenerArn: arn,
    region: text,
  }),
  immutable: ["certificateArn", "listenerArn", "region"],
  computed: [],
  validate(context, { certificateArn, listenerArn }) {
    const listener = mustHaveListener(context, listenerArn);
    if (listener.outputs.protocol !== "HTTPS") {
      throw new AwsError(
        "UnsupportedProtocol",
        "Certificates can be added to HTTPS and TLS listeners only",
      );
    }
    const missing = `Certificate '${certificateArn}' not found`;
    const found = mustExist(context, CERTIFICATE, certificateArn, "CertificateNotFound", missing);
    if (isIssued(found)) return;
    throw new AwsError(
      "UnsupportedCertificate",
      `The certificate '${certificateArn}' must have a fully-qualified domain name, a supported signature, and a ` +
        "supported key size.",
    );
  },
  create: (_context, { certificateArn, listenerArn }) => ({
    id: `${listenerArn}_${certificateArn}`,
    outputs: {},
  }),
});
