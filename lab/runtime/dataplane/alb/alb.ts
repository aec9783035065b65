import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import type { AccountView } from "../../../account/record";
import type { Report } from "../events";
import { AlbListener, type ListenerView } from "./albListener";
import {
  ELB_TYPES,
  toListener,
  toListenerRule,
  toLoadBalancer,
  toTargetGroup,
  type Listener,
  type RuleAction,
  type RuleCondition,
} from "./elb";
import { finalAction } from "./rules";
import { TargetGroup, type TargetGroupOptions, type TargetHealth } from "./targetGroup";

/** One load balancer as `lab status` shows it. */
export interface LoadBalancerStatus {
  readonly arn: string;
  readonly name: string;
  readonly dnsName: string;
  /** Where its first HTTP listener answers; absent while none does. */
  readonly url?: string;
  readonly listeners: readonly ListenerStatus[];
}

/**
 * One listener; `url` is absent for protocols that the lab does not simulate. `localUrl` is the same
 * place by address: browsers and curl resolve names under `.localhost`, Safari and Node may not.
 */
export interface ListenerStatus {
  readonly arn: string;
  readonly protocol: string;
  /** As the account names it. */
  readonly port: number;
  readonly url?: string;
  readonly localUrl?: string;
  /** In the order they are asked; the last one is the default. */
  readonly rules: readonly {
    readonly priority: number | "default";
    readonly conditions: string;
    readonly action: string;
    /** Where it forwards to; empty for other actions. Weights as the account has them. */
    readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
  }[];
}

/** One target group with its targets. */
export interface TargetGroupStatus {
  readonly arn: string;
  readonly name: string;
  readonly targets: readonly TargetHealth[];
}

export interface LoadBalancersOptions extends TargetGroupOptions {
  /** Port of this machine for the first listener on HTTP 80. */
  readonly port: number;
  /** Folder that keeps which listener had which port. */
  readonly workDir: string;
}

/**
 * All load balancers of the account, alive: a port of 127.0.0.1 for every HTTP listener, and the
 * target groups. Not simulated: HTTPS (no certificate of a private name would be trusted), network
 * load balancers, authentication actions, stickiness, transforms.
 */
export class LoadBalancers {
  private readonly listeners = new Map<string, AlbListener>();
  private readonly groups = new Map<string, TargetGroup>();
  private readonly skipped = new Set<string>();

  constructor(
    private readonly account: AccountView,
    private readonly options: LoadBalancersOptions,
    private readonly report: Report,
    private readonly onHealth: (targetGroupArn: string, health: TargetHealth) => void,
  ) {}

  /** Makes ports and target groups what the account says. Not to be called while it runs. */
  async sync(): Promise<void> {
    this.syncTargetGroups();
    const all = this.views();
    for (const view of all) this.mentionSkipped(view);
    const views = all.filter(isSimulated);
    for (const [arn, listener] of this.listeners) {
      if (views.some((view) => view.listener.arn === arn)) continue;
      this.listeners.delete(arn);
      await listener.close(this.options.maximumDrainMs);
    }
    for (const view of views) {
      const open = this.listeners.get(view.listener.arn);
      if (open === undefined) await this.open(view);
      else open.update(view);
    }
  }

  targetGroup(arn: string): TargetGroup | undefined {
    return this.groups.get(arn);
  }

  /** {@link TargetGroup.breakHealth} in every group that the task is in; false if it is in none. */
  breakHealth(taskArn: string, isBroken: boolean): boolean {
    const groups = [...this.groups.values()];
    return groups.filter((group) => group.breakHealth(taskArn, isBroken)).length > 0;
  }

  /** Stops listening; requests in flight get `graceMs`. Target groups work on. */
  async closeListeners(graceMs: number): Promise<void> {
    await Promise.all([...this.listeners.values()].map((listener) => listener.close(graceMs)));
    this.listeners.clear();
  }

  /** Ends all health checks. */
  closeTargetGroups(): void {
    for (const group of this.groups.values()) group.close();
    this.groups.clear();
  }

  status(): { loadBalancers: LoadBalancerStatus[]; targetGroups: TargetGroupStatus[] } {
    const views = this.views();
    return {
      loadBalancers: this.account.list(ELB_TYPES.loadBalancer).map((record) => {
        const { arn, name, dnsName } = toLoadBalancer(record);
        const listeners = views
          .filter((view) => view.loadBalancer.arn === arn)
          .map((view) => this.listenerStatus(view));
        const url = listeners.find((listener) => listener.url !== undefined)?.url;
        return { arn, name, dnsName, ...(url === undefined ? {} : { url }), listeners };
      }),
      targetGroups: this.account.list(ELB_TYPES.targetGroup).map((record) => {
        const { arn, name } = toTargetGroup(record);
        return { arn, name, targets: this.groups.get(arn)?.status() ?? [] };
      }),
    };
  }

  private listenerStatus({ loadBalancer, listener, rules }: ListenerView): ListenerStatus {
    const localPort = this.listeners.get(listener.arn)?.localPort;
    return {
      arn: listener.arn,
      protocol: listener.protocol,
      port: listener.port,
      ...(localPort === undefined
        ? {}
        : {
            url: urlOf(loadBalancer.dnsName, localPort),
            localUrl: urlOf("127.0.0.1", localPort),
          }),
      rules: [
        ...[...rules]
          .sort((one, other) => one.priority - other.priority)
          .map(({ priority, conditions, actions }) => ({
            priority,
            conditions: conditions.map(describeCondition).join(" and "),
            action: actions.map(describeAction).join(", then "),
            targetGroups: forwardedTo(actions),
          })),
        {
          priority: "default" as const,
          conditions: "otherwise",
          action: listener.defaultActions.map(describeAction).join(", then "),
          targetGroups: forwardedTo(listener.defaultActions),
        },
      ],
    };
  }

  /** Listeners whose load balancer exists, oldest first. */
  private views(): ListenerView[] {
    const balancers = new Map(
      this.account
        .list(ELB_TYPES.loadBalancer)
        .map(toLoadBalancer)
        .map((balancer) => [balancer.arn, balancer]),
    );
    const rules = this.account.list(ELB_TYPES.listenerRule).map(toListenerRule);
    return [...this.account.list(ELB_TYPES.listener)]
      .sort((one, other) => one.serial - other.serial)
      .map(toListener)
      .flatMap((listener) => {
        const loadBalancer = balancers.get(listener.loadBalancerArn);
        if (loadBalancer === undefined) return [];
        return {
          loadBalancer,
          listener,
          rules: rules.filter((rule) => rule.listenerArn === listener.arn),
        };
      });
  }

  private mentionSkipped({ loadBalancer, listener }: ListenerView): void {
    if (isSimulated({ listener }) || this.skipped.has(listener.arn)) return;
    this.skipped.add(listener.arn);
    this.report({
      source: "load-balancer",
      resource: loadBalancer.name,
      message:
        `listener ${listener.protocol} ${listener.port} is not simulated: ` +
        "the lab has no certificate a browser would trust, use the HTTP listener",
    });
  }

  private async open(view: ListenerView): Promise<void> {
    const { loadBalancer, listener } = view;
    const siblingPort = (port: number): number | undefined =>
      this.views()
        .filter((other) => other.loadBalancer.arn === loadBalancer.arn)
        .filter((other) => other.listener.port === port)
        .map((other) => this.listeners.get(other.listener.arn)?.localPort)
        .find((local) => local !== undefined);
    const alb = new AlbListener(view, {
      targetGroup: (arn) => this.groups.get(arn),
      localPort: siblingPort,
    });
    await alb.listen(this.candidates(listener.arn, listener.port));
    this.listeners.set(listener.arn, alb);
    this.remember(listener.arn, alb.localPort);
    this.report({
      source: "load-balancer",
      resource: loadBalancer.name,
      message: `listener HTTP ${listener.port} answers at ${urlOf(loadBalancer.dnsName, alb.localPort)}`,
    });
  }

  /** The port this listener had last time, if it is near the wanted one, then those from there on. */
  private candidates(listenerArn: string, listenerPort: number): number[] {
    const remembered = this.remembered();
    const first = listenerPort < 1024 ? this.options.port : listenerPort;
    const following = Array.from({ length: 50 }, (_, index) => first + index).filter(
      (port) => port <= 65_535,
    );
    const last = remembered[listenerArn];
    // A port that another listener had is left to it, so that both keep theirs.
    const others = Object.entries(remembered)
      .filter(([arn]) => arn !== listenerArn && this.account.get(ELB_TYPES.listener, arn))
      .map(([, port]) => port);
    return [
      ...following.filter((port) => port === last),
      ...following.filter((port) => port !== last && !others.includes(port)),
    ];
  }

  private get portsFile(): string {
    return join(this.options.workDir, "ports.json");
  }

  private remembered(): Record<string, number> {
    if (!existsSync(this.portsFile)) return {};
    try {
      return JSON.parse(readFileSync(this.portsFile, "utf8")) as Record<string, number>;
    } catch {
      return {}; // only a convenience: a damaged file costs a familiar port number, no more
    }
  }

  private remember(listenerArn: string, port: number): void {
    const existing = Object.entries(this.remembered()).filter(([arn]) =>
      this.account.get(ELB_TYPES.listener, arn),
    );
    const ports = { ...Object.fromEntries(existing), [listenerArn]: port };
    mkdirSync(this.options.workDir, { recursive: true });
    writeFileAtomic.sync(this.portsFile, JSON.stringify(ports, undefined, 2));
  }

  private syncTargetGroups(): void {
    const views = this.account.list(ELB_TYPES.targetGroup).map(toTargetGroup);
    for (const [arn, group] of this.groups) {
      if (views.some((view) => view.arn === arn)) continue;
      group.close();
      this.groups.delete(arn);
    }
    for (const view of views) {
      const group = this.groups.get(view.arn);
      if (group !== undefined) {
        group.update(view);
        continue;
      }
      this.groups.set(
        view.arn,
        new TargetGroup(view, this.options, (health) => {
          this.report({
            source: "target-group",
            resource: view.name,
            message: `target ${health.address} is ${health.state}${health.description === undefined ? "" : `: ${health.description}`}`,
          });
          this.onHealth(view.arn, health);
        }),
      );
    }
  }
}

function isSimulated({ listener }: { readonly listener: Listener }): boolean {
  return listener.protocol === "HTTP";
}

/** Names that end in `.localhost` resolve to this machine by themselves; others would not. */
function urlOf(dnsName: string, port: number): string {
  return `http://${dnsName.endsWith(".localhost") ? dnsName : "127.0.0.1"}:${port}/`;
}

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

function forwardedTo(actions: readonly RuleAction[]): { arn: string; weight: number }[] {
  const action = finalAction(actions);
  if (action?.type !== "forward") return [];
  const groups = action.forward?.targetGroups ?? [];
  if (groups.length > 0) return groups;
  return action.targetGroupArn === undefined ? [] : [{ arn: action.targetGroupArn, weight: 1 }];
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
