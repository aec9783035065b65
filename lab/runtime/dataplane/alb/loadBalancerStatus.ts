import type { ListenerView } from "./albListener";
import type { RuleAction, RuleCondition } from "./elb";
import { finalAction, forwardedTo } from "./rules";
import type { TargetHealth } from "./targetGroup";

/** One load balancer as `lab status` shows it. */
export interface LoadBalancerStatus {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  /** Its URL, HTTPS if it has that; absent while no listener is open. */
  readonly url?: string;
  readonly listeners: readonly ListenerStatus[];
}

/**
 * One listener; `url` is absent while it is not open. `localUrl` is the same URL by IP address: most browsers and curl
 * resolve names under `.localhost`, but Safari and Node.js may not.
 */
export interface ListenerStatus {
  readonly arn: string;
  readonly protocol: string;
  /** The port in the account. */
  readonly port: number;
  readonly url?: string;
  readonly localUrl?: string;
  /** Port of this machine that it would have, if another program had not taken it. */
  readonly takenPort?: number;
  /** For an HTTPS listener: certificate file that makes clients trust it, for `curl --cacert`. */
  readonly certificateAuthority?: string;
  /** In the order of evaluation; the last one is the default. */
  readonly rules: readonly {
    readonly priority: number | "default";
    readonly conditions: string;
    readonly action: string;
    /** Where it forwards to, with the account's weights; empty for other actions. */
    readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
  }[];
}

/** One target group with its targets. */
export interface TargetGroupStatus {
  readonly arn: string;
  readonly name: string;
  readonly targets: readonly TargetHealth[];
  /** Requests that its targets have got since the lab started serving; absent if there were none. */
  readonly requestCount?: number;
}

/** A listener's port on this machine. */
interface Opened {
  /** Its port; undefined if it does not listen. */
  readonly port: number | undefined;
  readonly takenPort: number | undefined;
  /** Certificate file of the lab's certificate authority, if it has one. */
  readonly certificateAuthority: string | undefined;
}

export function listenerStatus(
  { loadBalancer, listener, rules }: ListenerView,
  { port, takenPort, certificateAuthority }: Opened,
): ListenerStatus {
  const { protocol } = listener;
  const ordered = [...rules].sort((one, other) => one.priority - other.priority);
  return {
    arn: listener.arn,
    protocol,
    port: listener.port,
    ...(port === undefined
      ? {}
      : {
          url: urlOf(protocol, hostOf(ordered) ?? loadBalancer.dnsName, port),
          localUrl: urlOf(protocol, "127.0.0.1", port),
        }),
    ...(takenPort === undefined ? {} : { takenPort }),
    ...(protocol !== "HTTPS" || certificateAuthority === undefined ? {} : { certificateAuthority }),
    rules: [
      ...ordered.map(({ priority, conditions, actions }) => ({
        priority,
        conditions: conditions.map(describeCondition).join(" and "),
        ...actionStatus(actions),
      })),
      {
        priority: "default" as const,
        conditions: "otherwise",
        ...actionStatus(listener.defaultActions),
      },
    ],
  };
}

/**
 * If all rules are for names of this machine, as with Express services, the load balancer answers only at these:
 * returns the first.
 */
function hostOf(rules: ListenerView["rules"]): string | undefined {
  const hosts = rules.map(({ conditions }) =>
    conditions
      .flatMap(({ hostHeader }) => hostHeader?.values ?? [])
      .find((host) => /^[^*?]+\.localhost$/.test(host)),
  );
  return hosts.includes(undefined) ? undefined : hosts[0];
}

/** Names that end in `.localhost` resolve to this machine by themselves; other names do not. */
export function urlOf(protocol: string, dnsName: string, port: number): string {
  return `${protocol.toLowerCase()}://${dnsName.endsWith(".localhost") ? dnsName : "127.0.0.1"}:${port}/`;
}

/**
 * The URL at which a load balancer's services answer: if it has both, its HTTP listener usually redirects to the HTTPS
 * one.
 */
export function servingUrl(listeners: readonly ListenerStatus[]): string | undefined {
  const open = listeners.filter(({ url }) => url !== undefined);
  return (open.find(({ protocol }) => protocol === "HTTPS") ?? open[0])?.url;
}

const actionStatus = (
  actions: readonly RuleAction[],
): Pick<ListenerStatus["rules"][number], "action" | "targetGroups"> => {
  const final = finalAction(actions);
  return {
    action: actions.map(describeAction).join(", then "),
    targetGroups: final?.type === "forward" ? forwardedTo(final) : [],
  };
};

function describeCondition(condition: RuleCondition): string {
  const { hostHeader, pathPattern, httpHeader, httpRequestMethod, queryStrings, sourceIp } =
    condition;
  const any = (values: readonly string[] = []) => values.join(" | ");
  if (hostHeader) return `host ${any([...hostHeader.values, ...hostHeader.regexValues])}`;
  if (pathPattern) return `path ${any([...pathPattern.values, ...pathPattern.regexValues])}`;
  if (httpHeader) return `header ${httpHeader.httpHeaderName} ${any(httpHeader.values)}`;
  if (httpRequestMethod) return `method ${any(httpRequestMethod.values)}`;
  if (queryStrings) {
    return `query ${any(queryStrings.map(({ key, value }) => `${key ?? "*"}=${value}`))}`;
  }
  return `source ${any(sourceIp?.values)}`;
}

function describeAction(action: RuleAction): string {
  switch (action.type) {
    case "forward": {
      const groups = action.forward?.targetGroups ?? [];
      return groups.length > 0
        ? `forward to ${groups.map(({ arn, weight }) => `${arn} (weight ${weight})`).join(", ")}`
        : `forward to ${action.targetGroupArn ?? "(none)"}`;
    }
    case "fixed-response":
      return `answer ${action.fixedResponse?.statusCode ?? 500}`;
    case "redirect":
      return `redirect (${action.redirect?.statusCode ?? "HTTP_302"})`;
    default:
      return action.type;
  }
}
