import type { AccountView } from "../../../../account/record";
import { certifiedNames } from "../../../../account/types/acm/certificate";
import { CERTIFICATE } from "../../../../account/types/acm/tokens";
import { furtherCertificatesOf } from "../../../../account/types/elasticloadbalancingv2/lookups";
import {
  DEFAULT_SECURITY_POLICY,
  tlsVersions,
} from "../../../../account/types/elasticloadbalancingv2/securityPolicies";
import type { Listener, LoadBalancer } from "../elb";
import { CertificateAuthority } from "./certificateAuthority";

/** What an HTTPS listener's handshake is made of; equal texts are equal handshakes. */
export interface Handshake {
  readonly names: readonly string[];
  readonly minVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
}

/** What Node.js's TLS servers want. */
export type SecureOptions = Pick<Handshake, "minVersion" | "maxVersion"> & {
  readonly cert: string;
  readonly key: string;
};

/**
 * How a listener answers by the account: with one certificate for the names of all of its own, and as old a version of TLS
 * as its policy takes. Of ciphers Node.js has its own choice.
 *
 * The names under which it is reached here are in the certificate too: a domain leads to AWS, not to this machine.
 */
export function handshakeOf(
  account: AccountView,
  { dnsName }: LoadBalancer,
  { arn, certificateArn, sslPolicy }: Listener,
): Handshake {
  const further = furtherCertificatesOf(account, arn).map(({ outputs }) => outputs.certificateArn);
  const own = [certificateArn, ...further].flatMap((one) => {
    const certificate = typeof one === "string" ? account.get(CERTIFICATE, one) : undefined;
    return certificate === undefined ? [] : certifiedNames(certificate);
  });
  const names = [...new Set([...own, dnsName, "localhost", "127.0.0.1"])];
  const versions = tlsVersions(sslPolicy ?? DEFAULT_SECURITY_POLICY);
  return {
    names,
    minVersion: versions?.minVersion ?? "TLSv1.2",
    maxVersion: versions?.maxVersion === "TLSv1.2" ? "TLSv1.2" : "TLSv1.3",
  };
}

/** Has certificates made by the authority of one folder, which is opened when the first is needed. */
export class Certificates {
  private authority: Promise<CertificateAuthority> | undefined;
  private openedFile: string | undefined;

  constructor(private readonly dir: string) {}

  /** File of the authority's certificate; undefined before the first certificate was made. */
  get authorityFile(): string | undefined {
    return this.openedFile;
  }

  async secureOptions({ names, ...versions }: Handshake): Promise<SecureOptions> {
    this.authority ??= CertificateAuthority.open(this.dir);
    const authority = await this.authority;
    this.openedFile = authority.file;
    return { ...(await authority.issue(names)), ...versions };
  }
}
