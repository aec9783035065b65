const PREFIX = "ELBSecurityPolicy-";

/** The policy of a listener that names none. */
export const DEFAULT_SECURITY_POLICY = `${PREFIX}2016-08`;

export type TlsVersion = "TLSv1" | "TLSv1.1" | "TLSv1.2" | "TLSv1.3";

/**
 * The policies of Application Load Balancers by their minimum TLS version, those with TLS 1.3 first.
 *
 * Source: ELB user guide, "Security policies for your Application Load Balancer".
 */
const withTls13: Readonly<Record<TlsVersion, readonly string[]>> = {
  "TLSv1.3": ["2021-06", "PQ-2025-09", "FIPS-2023-04", "FIPS-PQ-2025-09"].map(
    (name) => `TLS13-1-3-${name}`,
  ),
  "TLSv1.2": [
    ...["", "Res-", "Ext1-", "Ext2-"].flatMap((kind) =>
      ["2021-06", "PQ-2025-09", "FIPS-2023-04", "FIPS-PQ-2025-09"].map((name) => `${kind}${name}`),
    ),
    "Ext0-FIPS-2023-04",
    "Ext0-FIPS-PQ-2025-09",
  ].map((name) => `TLS13-1-2-${name}`),
  "TLSv1.1": ["2021-06", "FIPS-2023-04"].map((name) => `TLS13-1-1-${name}`),
  TLSv1: ["2021-06", "PQ-2025-09", "FIPS-2023-04", "FIPS-PQ-2025-09"].map(
    (name) => `TLS13-1-0-${name}`,
  ),
};
const withoutTls13: Readonly<Partial<Record<TlsVersion, readonly string[]>>> = {
  "TLSv1.2": [
    "TLS-1-2-2017-01",
    "TLS-1-2-Ext-2018-06",
    "FS-1-2-2019-08",
    "FS-1-2-Res-2019-08",
    "FS-1-2-Res-2020-10",
  ],
  "TLSv1.1": ["TLS-1-1-2017-01", "FS-1-1-2019-08"],
  TLSv1: ["2016-08", "FS-2018-06"],
};

/** The TLS versions that a policy allows; undefined for a policy that AWS does not have. */
export function tlsVersions(
  policy: string,
): { minVersion: TlsVersion; maxVersion: TlsVersion } | undefined {
  const minVersionIn = (policies: Readonly<Partial<Record<TlsVersion, readonly string[]>>>) =>
    (Object.keys(policies) as TlsVersion[]).find((version) =>
      policies[version]?.some((name) => policy === `${PREFIX}${name}`),
    );
  const newer = minVersionIn(withTls13);
  if (newer !== undefined) return { minVersion: newer, maxVersion: "TLSv1.3" };
  const older = minVersionIn(withoutTls13);
  return older === undefined ? undefined : { minVersion: older, maxVersion: "TLSv1.2" };
}
