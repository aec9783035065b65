import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { DomainArgs, LoadBalancerArgs } from "../components";
import type { Settings } from "../settings";
import type { LastOutputs } from "./lastOutputs";

/** How clients reach a load balancer, as far as it is known before it exists. */
export interface ClientAddress {
  scheme: "http" | "https";
  /** Missing if it answers by its own name, or by that of an existing certificate. */
  domain?: string;
}

/** The address of a stack's own load balancer. */
export function ownAddress({ domain, certificateArn }: Settings): ClientAddress {
  if (domain !== "none") return { scheme: "https", domain };
  return { scheme: certificateArn === "none" ? "http" : "https" };
}

/** What gives a stack's own load balancer HTTPS, if the settings do. */
export async function httpsArgs(
  settings: Settings,
  options: pulumi.InvokeOptions,
): Promise<Pick<LoadBalancerArgs, "certificateArn" | "domain">> {
  const { certificateArn, domain } = settings;
  if (domain !== "none") return { domain: await domainArgs(settings, options) };
  return certificateArn === "none" ? {} : { certificateArn };
}

/**
 * The domain with its subdomains, which chapters use as hosts: `nginx.<domain>`. A wildcard covers one label, and hosts
 * on a class's load balancer have two: `alice.nginx.<domain>`.
 */
async function domainArgs(settings: Settings, options: pulumi.InvokeOptions): Promise<DomainArgs> {
  const { domain: name, chapters } = settings;
  const labels = chapters.includes("network") ? ["", "nginx.", "cicd."] : [""];
  return {
    name,
    hostedZoneId: await hostedZoneOf(settings, options),
    alternativeNames: labels.map((label) => `*.${label}${name}`),
  };
}

/** The domain's public zone: the one of its own name, or of the nearest parent domain. */
async function hostedZoneOf(
  { domain, hostedZoneId }: Settings,
  options: pulumi.InvokeOptions,
): Promise<string> {
  if (hostedZoneId !== "none") return hostedZoneId;
  const labels = domain.split(".");
  const names = labels.slice(0, -1).map((_, i) => labels.slice(i).join("."));
  for (const name of names) {
    const zone = await zoneNamed(name, options);
    if (zone !== undefined) return zone;
  }
  throw new pulumi.RunError(
    `domain ${domain}: the account has no public hosted zone for it (${names.join(", ")}); ` +
      "create one and set its name servers at the domain's registrar",
  );
}

/** @throws pulumi.RunError where there are several */
async function zoneNamed(name: string, options: pulumi.InvokeOptions): Promise<string | undefined> {
  try {
    return (await aws.route53.getZone({ name, privateZone: false }, options)).zoneId;
  } catch (error) {
    // The provider's words: terraform-provider-aws, internal/tfresource/not_found_error.go.
    if (String(error).includes("no matching Route 53 Hosted Zone")) return undefined;
    if (!String(error).includes("multiple Route 53 Hosted Zones")) throw error;
    throw new pulumi.RunError(
      `domain: there are several public hosted zones ${name}; choose one by hostedZoneId`,
    );
  }
}

/**
 * Warns in a preview of what the address means for clients: that HTTPS ends, or that passwords are sent unencrypted.
 *
 * @returns whether rules move to another listener: the last update's address says which one served.
 */
export async function announceAddress(
  { chapters }: Settings,
  { url }: LastOutputs,
  { scheme }: ClientAddress,
): Promise<boolean> {
  const moves = url !== undefined && !url.startsWith(`${scheme}:`);
  if (!pulumi.runtime.isDryRun() || scheme === "https") return moves;
  if (moves) await warnOfLostHttps(url, chapters.includes("network"));
  if (chapters.includes("microservices")) await warnOfPlainLogins();
  return moves;
}

function warnOfLostHttps(url: string, isShared: boolean): Promise<void> {
  const sharers = isShared
    ? ". Stacks that share the load balancer answer nothing from then until their next update"
    : "";
  return pulumi.log.warn(
    `${url} stops answering with this update, and http:// serves again. Browsers remember the redirect to HTTPS for ` +
      `an address that they have seen: there requests keep failing until they forget it${sharers}`,
  );
}

function warnOfPlainLogins(): Promise<void> {
  return pulumi.log.warn(
    "microservices: logins and tokens are sent unencrypted, as the load balancer speaks HTTP only; " +
      "set domain or certificateArn before anybody logs in with a password that matters",
  );
}
