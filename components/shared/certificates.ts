/** Maximum length of a certificate's first name. Source: ACM API reference, "RequestCertificate", `DomainName`. */
const longestDomain = 64;

/** Reports that a text is not a domain such as `shop.example.com`, or nothing. */
export function domainProblem(domain: string): string | undefined {
  if (domain.length > longestDomain) {
    return `"${domain}" is too long for a certificate: ${domain.length} characters, at most ${longestDomain}`;
  }
  return /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/.test(domain)
    ? undefined
    : `"${domain}" is not a domain such as shop.example.com, in lower case and without https:// or a *`;
}

/** Reports that a text is not the ARN of an ACM certificate in the load balancer's region, or nothing. */
export function certificateProblem(arn: string, region?: string): string | undefined {
  const [, place] =
    /^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate\/[0-9a-f-]{36}$/.exec(arn) ?? [];
  if (place === undefined) {
    return `"${arn}" is not a certificate's ARN such as arn:aws:acm:ap-northeast-1:123456789012:certificate/…`;
  }
  return region === undefined || place === region
    ? undefined
    : `"${arn}" is in ${place}; a load balancer needs certificates of its own region, ${region}`;
}

/** Says that a certificate with that status is not issued, or nothing if it is. Source: ACM API reference, "CertificateDetail". */
export function issuedProblem(arn: string, status: string): string | undefined {
  return status === "ISSUED"
    ? undefined
    : `${arn} is not issued yet, it is ${status}; use it once it is ISSUED`;
}

/** Says that a text is not an id of a hosted zone, or nothing. Source: Route 53 API reference, "GetHostedZone", `Id`. */
export function hostedZoneProblem(id: string): string | undefined {
  return /^Z[A-Z0-9]{1,31}$/.test(id)
    ? undefined
    : `"${id}" is not a hosted zone's id such as Z0123456789ABCDEFGHIJ`;
}
