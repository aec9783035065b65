import type { LabStatus } from "../../host/host";

/**
 * Where load balancers answer that are being served, by their address: its first HTTPS listener's URL, else
 * its first.
 */
export function placesOf({ plane }: Pick<LabStatus, "plane">): Map<string, string> {
  const places = new Map<string, string>();
  for (const { dnsName, listeners } of plane?.loadBalancers ?? []) {
    const urls = listeners.flatMap(({ url }) => url ?? []);
    const [url] = [...urls.filter((one) => one.startsWith("https:")), ...urls];
    if (url !== undefined) places.set(dnsName, url);
  }
  return places;
}
