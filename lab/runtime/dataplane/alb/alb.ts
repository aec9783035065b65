import { join } from "node:path";
import type { AccountView } from "../../../account/record";
import type { ReportEvent } from "../events";
import { AlbListener, type ListenerView } from "./albListener";
import { ELB_TYPES, toListener, toListenerRule, toLoadBalancer, toTargetGroup } from "./elb";
import { ListenerPorts } from "./listenerPorts";
import {
  listenerStatus,
  servingUrl,
  urlOf,
  type LoadBalancerStatus,
  type TargetGroupStatus,
} from "./loadBalancerStatus";
import { RequestMeter } from "./requestMeter";
import { TargetGroup, type TargetGroupOptions, type TargetHealth } from "./targetGroup";
import { Certificates, handshakeOf, type SecureOptions } from "./tls/listenerTls";

export interface LoadBalancersOptions extends TargetGroupOptions {
  /** Port of this machine for the first listener on HTTP 80; HTTPS on 443 is 363 further. */
  readonly port: number;
  /** Folder that stores which listener had which port, and in `tls/` the lab's certificate authority. */
  readonly workDir: string;
}

/**
 * Runs all load balancers of the account: a port of 127.0.0.1 for every listener, and the target groups. HTTPS
 * listeners use certificates issued by the lab, see `tls/`. Not simulated: HTTP/2 to clients, network load balancers,
 * authentication actions, stickiness, transforms.
 */
export class LoadBalancers {
  private readonly listeners = new Map<string, AlbListener>();
  private readonly groups = new Map<string, TargetGroup>();
  /** TLS settings of the open HTTPS listeners, as text. */
  private readonly handshakes = new Map<string, string>();
  private readonly ports: ListenerPorts;
  private readonly certificates: Certificates;
  private readonly meter: RequestMeter;
  /** Where requests go, as text; when it changes, earlier request counts are discarded. */
  private routes = "";

  constructor(
    private readonly account: AccountView,
    private readonly options: LoadBalancersOptions,
    private readonly report: ReportEvent,
    private readonly onHealth: (targetGroupArn: string, health: TargetHealth) => void,
    onMeasured: () => void = () => undefined,
  ) {
    this.meter = new RequestMeter(onMeasured);
    const { port, workDir } = options;
    this.ports = new ListenerPorts(workDir, port, (arn) => hasListener(account, arn));
    this.certificates = new Certificates(join(workDir, "tls"));
  }

  /** Updates ports and target groups to match the account. Calls must not overlap. */
  async sync(): Promise<void> {
    this.syncTargetGroups();
    const views = this.views();
    const routes = JSON.stringify(views.map(({ rules }) => rules.map(({ actions }) => actions)));
    if (routes !== this.routes) this.meter.restart();
    this.routes = routes;
    for (const [arn, listener] of this.listeners) {
      const view = views.find((one) => one.listener.arn === arn);
      if (view?.listener.protocol === listener.protocol) continue;
      this.listeners.delete(arn);
      this.handshakes.delete(arn);
      await listener.close(this.options.pace.now.maximumDrainMs);
    }
    for (const view of views) {
      const open = this.listeners.get(view.listener.arn);
      if (open === undefined) {
        await this.open(view);
      } else {
        open.update(view);
        const secure = await this.changedHandshake(view);
        if (secure) open.secure(secure);
      }
    }
  }

  targetGroup(arn: string): TargetGroup | undefined {
    return this.groups.get(arn);
  }

  /**
   * {@link TargetGroup.breakHealth} in every group that the task is in.
   * @throws {Error} when the task is not a target of any target group
   */
  breakHealth(taskArn: string, isBroken: boolean): void {
    const groups = [...this.groups.values()];
    if (groups.filter((group) => group.breakHealth(taskArn, isBroken)).length > 0) return;
    throw new Error(`Task ${taskArn} is not a target whose health a target group checks.`);
  }

  /** Stops listening; requests in flight get `graceMs`. Target groups keep working. */
  async closeListeners(graceMs: number): Promise<void> {
    await Promise.all([...this.listeners.values()].map((listener) => listener.close(graceMs)));
    this.listeners.clear();
    this.handshakes.clear();
  }

  /** Ends all health checks. */
  closeTargetGroups(): void {
    for (const group of this.groups.values()) group.close();
    this.groups.clear();
    this.meter.close();
  }

  status(): { loadBalancers: LoadBalancerStatus[]; targetGroups: TargetGroupStatus[] } {
    const views = this.views();
    return {
      loadBalancers: this.account.list(ELB_TYPES.loadBalancer).map((record) => {
        const { arn, name, dnsName } = toLoadBalancer(record);
        const listeners = views
          .filter((view) => view.loadBalancer.arn === arn)
          .map((view) =>
            listenerStatus(view, {
              port: this.listeners.get(view.listener.arn)?.localPort,
              takenPort: this.listeners.get(view.listener.arn)?.takenPort,
              certificateAuthority: this.certificates.authorityFile,
            }),
          );
        const url = servingUrl(listeners);
        return { arn, name, dnsName, ...(url === undefined ? {} : { url }), listeners };
      }),
      targetGroups: this.account.list(ELB_TYPES.targetGroup).map((record) => {
        const { arn, name } = toTargetGroup(record);
        const group = this.groups.get(arn);
        const requestCount = group?.requestCount ?? 0;
        return {
          arn,
          name,
          targets: group?.status() ?? [],
          ...(requestCount === 0 ? {} : { requestCount }),
        };
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

  /** An HTTPS listener's new TLS settings; undefined if they are unchanged. */
  private async changedHandshake({
    loadBalancer,
    listener,
  }: ListenerView): Promise<SecureOptions | undefined> {
    if (listener.protocol !== "HTTPS") return undefined;
    const handshake = handshakeOf(this.account, loadBalancer, listener);
    const text = JSON.stringify(handshake);
    if (this.handshakes.get(listener.arn) === text) return undefined;
    this.handshakes.set(listener.arn, text);
    return await this.certificates.secureOptions(handshake);
  }

  private async open(view: ListenerView): Promise<void> {
    const { loadBalancer, listener } = view;
    const siblingPort = (port: number): number | undefined =>
      this.views()
        .filter((other) => other.loadBalancer.arn === loadBalancer.arn)
        .filter((other) => other.listener.port === port)
        .map((other) => this.listeners.get(other.listener.arn)?.localPort)
        .find((local) => local !== undefined);
    const surroundings = {
      targetGroup: (arn: string) => this.groups.get(arn),
      localPort: siblingPort,
    };
    const alb = new AlbListener(view, surroundings, await this.changedHandshake(view));
    await alb.listen(this.ports.candidates(listener.arn, listener.port));
    this.listeners.set(listener.arn, alb);
    this.ports.remember(listener.arn, alb.localPort);
    this.report({
      source: "load-balancer",
      resource: loadBalancer.name,
      message: `listener ${listener.protocol} ${listener.port} answers at ${urlOf(listener.protocol, loadBalancer.dnsName, alb.localPort)}`,
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
        new TargetGroup(view, { ...this.options, meter: this.meter }, (health) => {
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

const hasListener = (account: AccountView, arn: string): boolean =>
  account.get(ELB_TYPES.listener, arn) !== undefined;
