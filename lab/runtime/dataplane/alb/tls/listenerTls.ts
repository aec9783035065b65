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

/** TLS settings of an HTTPS listener, as texts that can be compared. */
export interface Handshake {
  readonly names: readonly string[];
  readonly minVersion: "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";
  readonly maxVersion: "TLSv1.2" | "TLSv1.3";
}

/** Options of Node.js's TLS servers. */
export type SecureOptions = Pick<Handshake, "minVersion" | "maxVersion"> & {
  readonly cert: string;
  readonly key: string;
};

/**
 * A listener's TLS settings from the account: one certificate for the names of all its certificates, and the minimum
 * TLS version of its policy. The ciphers are Node.js's own.
 *
 * The certificate also has the listener's local names, since a domain points to AWS, not to this machine.
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

/** Issues certificates with the authority of one folder, which is opened when the first is needed. */
export class Certificates {
  private authority: Promise<CertificateAuthority> | undefined;
  private openedFile: string | undefined;

  constructor(private readonly dir: string) {}

  /** File of the authority's certificate; undefined until the first certificate is issued. */
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
