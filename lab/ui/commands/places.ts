import { cloneCommand } from "../../delivery/pipeline/delivery";
import type { LabStatus, ServedPlane } from "../../host/host";
import type { Places } from "../operation/outputs";

/**
 * Where to reach what is being served.
 * @param state the lab's state folder
 */
export function placesOf(status: LabStatus, state: string): Places {
  const { awsApi, plane, repositories = [] } = status;
  const clones = repositories.map(
    ({ cloneUrl, name }) => [name, cloneCommand(state, cloneUrl)] as const,
  );
  return {
    urls: urlsOf(plane?.loadBalancers ?? []),
    clones: new Map(clones),
    ...(awsApi === undefined ? {} : { registry: new URL(awsApi.endpoint).host }),
  };
}

/**
 * URL of each load balancer by its DNS name: that of its first HTTPS listener, else of its first listener. A listener
 * may have its own host name.
 */
function urlsOf(loadBalancers: ServedPlane["loadBalancers"]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { dnsName, listeners } of loadBalancers) {
    const urls = listeners.flatMap(({ url }) => url ?? []);
    const [first] = [...urls.filter((one) => one.startsWith("https:")), ...urls];
    if (first !== undefined) found.set(dnsName, first);
    for (const url of urls) {
      const { hostname } = new URL(url);
      if (hostname.endsWith(".localhost") && !found.has(hostname)) found.set(hostname, url);
    }
  }
  return found;
}
