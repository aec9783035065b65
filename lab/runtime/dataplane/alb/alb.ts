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
} from "./elb";
import { ListenerPorts } from "./listenerPorts";
import {
  listenerStatus,
  urlOf,
  type LoadBalancerStatus,
  type TargetGroupStatus,
} from "./loadBalancerStatus";
import { TargetGroup, type TargetGroupOptions, type TargetHealth } from "./targetGroup";

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
  private readonly ports: ListenerPorts;

  constructor(
    private readonly account: AccountView,
    private readonly options: LoadBalancersOptions,
    private readonly report: Report,
    private readonly onHealth: (targetGroupArn: string, health: TargetHealth) => void,
  ) {
    const { port, workDir } = options;
    this.ports = new ListenerPorts(workDir, port, (arn) => hasListener(account, arn));
  }

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
          .map((view) => listenerStatus(view, this.listeners.get(view.listener.arn)?.localPort));
        const url = listeners.find((listener) => listener.url !== undefined)?.url;
        return { arn, name, dnsName, ...(url === undefined ? {} : { url }), listeners };
      }),
      targetGroups: this.account.list(ELB_TYPES.targetGroup).map((record) => {
        const { arn, name } = toTargetGroup(record);
        return { arn, name, targets: this.groups.get(arn)?.status() ?? [] };
      }),
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
    await alb.listen(this.ports.candidates(listener.arn, listener.port));
    this.listeners.set(listener.arn, alb);
    this.ports.remember(listener.arn, alb.localPort);
    this.report({
      source: "load-balancer",
      resource: loadBalancer.name,
      message: `listener HTTP ${listener.port} answers at ${urlOf(loadBalancer.dnsName, alb.localPort)}`,
    });
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

const hasListener = (account: AccountView, arn: string): boolean =>
  account.get(ELB_TYPES.listener, arn) !== undefined;
