import type { AccountChange, LiveAccount, ResourceRecord } from "../../../../lab/account/record";
import { type JournalEntry, Store } from "../../../../lab/account/store";

const PREFIX = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012";
const ECS = "arn:aws:ecs:ap-northeast-1:123456789012";

/**
 * The store of the offline account, with the shapes of @pulumi/aws but without the account's checks. It accepts
 * what the account and AWS refuse: health checks every few milliseconds, without which a healthy target
 * needs ten seconds to become unhealthy, grace periods of fractions of a second, task definitions that do
 * not exist yet. Tests that need none of that use the offline account, see `blueGreenSite.ts`.
 */
export class MemoryAccount implements LiveAccount {
  private readonly store = new Store();
  private readonly listeners = new Set<(change: AccountChange) => void>();

  list(type: string): readonly ResourceRecord[] {
    return this.store.list(type);
  }

  get(type: string, id: string): ResourceRecord | undefined {
    return this.store.get(type, id);
  }

  onChange(listener: (change: AccountChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @param computed outputs that are not inputs */
  put(
    type: string,
    id: string,
    inputs: Record<string, unknown>,
    computed: Record<string, unknown> = {},
  ): void {
    const before = this.get(type, id);
    this.apply({
      put: {
        type,
        id,
        urn: `urn:pulumi:test::test::${type}::${id}`,
        inputs: { ...before?.inputs, ...inputs },
        outputs: { ...before?.outputs, ...inputs, ...computed },
        serial: before?.serial ?? this.store.nextSerial,
      },
    });
  }

  private apply(entry: JournalEntry): void {
    const change = this.store.apply(entry);
    if (change === undefined) throw new Error(`nothing to change: ${JSON.stringify(entry)}`);
    for (const listener of this.listeners) listener(change);
  }

  modify(type: string, id: string, patch: Record<string, unknown>): Promise<ResourceRecord> {
    this.put(type, id, patch);
    const record = this.get(type, id);
    return record ? Promise.resolve(record) : Promise.reject(new Error(`no ${type} ${id}`));
  }

  note(type: string, id: string, patch: Record<string, unknown>): Promise<ResourceRecord> {
    return this.modify(type, id, patch);
  }

  create(): Promise<never> {
    return Promise.reject(new Error("registering a revision needs the offline account itself"));
  }

  remove(type: string, id: string): void {
    this.apply({ delete: { type, id } });
  }

  loadBalancer(name: string, outputs: Record<string, unknown> = {}): string {
    const arn = `${PREFIX}:loadbalancer/app/${name}/1`;
    const dnsName = `${name}.localhost`;
    this.put("aws:lb/loadBalancer:LoadBalancer", arn, { arn, name, dnsName, ...outputs });
    return arn;
  }

  listener(loadBalancerArn: string, outputs: Record<string, unknown> & { port?: number } = {}) {
    const arn = `${loadBalancerArn.replace("loadbalancer", "listener")}/${outputs.port ?? 80}`;
    this.put("aws:lb/listener:Listener", arn, {
      arn,
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "fixed-response",
          order: 1,
          fixedResponse: { contentType: "text/plain", messageBody: "no rule", statusCode: "404" },
        },
      ],
      ...outputs,
    });
    return arn;
  }

  rule(
    listenerArn: string,
    priority: number,
    conditions: unknown[],
    actions: Record<string, unknown>[],
  ): string {
    const arn = `${listenerArn.replace("listener", "listener-rule")}/${priority}`;
    this.put("aws:lb/listenerRule:ListenerRule", arn, {
      arn,
      listenerArn,
      priority,
      conditions,
      actions: actions.map((action, index) => ({ order: index + 1, ...action })),
    });
    return arn;
  }

  targetGroup(name: string, healthCheck: Record<string, unknown> = {}): string {
    const arn = `${PREFIX}:targetgroup/${name}/1`;
    this.put("aws:lb/targetGroup:TargetGroup", arn, {
      arn,
      name,
      port: 80,
      protocol: "HTTP",
      deregistrationDelay: "15",
      healthCheck: {
        enabled: true,
        path: "/health",
        port: "traffic-port",
        interval: 0.05,
        timeout: 10,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
        matcher: "200",
        ...healthCheck,
      },
    });
    return arn;
  }

  /** Another call with the same family registers the next revision. */
  taskDefinition(family: string, container: Record<string, unknown> = {}): string {
    const revision = this.list("aws:ecs/taskDefinition:TaskDefinition").length + 1;
    const arn = `${ECS}:task-definition/${family}:${revision}`;
    this.put("aws:ecs/taskDefinition:TaskDefinition", arn, {
      arn,
      family,
      revision,
      containerDefinitions: JSON.stringify([
        {
          name: "nginx",
          image: "nginx",
          essential: true,
          portMappings: [{ containerPort: 80, hostPort: 80, protocol: "tcp" }],
          ...container,
        },
      ]),
    });
    return arn;
  }

  /** On Fargate unless `outputs` has a launch type or a strategy. */
  service(name: string, outputs: Record<string, unknown>): string {
    const arn = `${ECS}:service/handson/${name}`;
    const isNew = this.get("aws:ecs/service:Service", arn) === undefined;
    const launchType = outputs.capacityProviderStrategies === undefined ? "FARGATE" : undefined;
    this.put("aws:ecs/service:Service", arn, {
      arn,
      name,
      cluster: `${ECS}:cluster/handson`,
      ...(isNew ? { desiredCount: 1, launchType } : {}),
      ...outputs,
    });
    return arn;
  }

  /** The tutorial's task definition on instances: 128 MiB and a network interface. */
  instanceTask(family: string, container: Record<string, unknown> = {}): string {
    const arn = this.taskDefinition(family, { memory: 128, ...container });
    this.put("aws:ecs/taskDefinition:TaskDefinition", arn, { networkMode: "awsvpc" });
    return arn;
  }

  /**
   * The tutorial's cluster of instances: launch template, group over two zones, capacity provider.
   * Returns the name of the provider and the id of the group.
   */
  cluster(
    {
      instanceType = "t3.micro",
      trunking = false,
      group = {},
      provider = {},
    }: {
      instanceType?: string;
      trunking?: boolean;
      group?: Record<string, unknown>;
      provider?: Record<string, unknown>;
    } = {},
    name = "nginx",
  ): { provider: string; group: string } {
    const script =
      "#!/bin/bash\ncat >> /etc/ecs/ecs.config <<'END'\nECS_CLUSTER=handson\nEND\n" +
      (trunking ? "aws ecs put-account-setting --name awsvpcTrunking --value enabled\n" : "");
    this.put("aws:ec2/launchTemplate:LaunchTemplate", `lt-${name}`, {
      name,
      instanceType,
      latestVersion: 1,
      userData: Buffer.from(script).toString("base64"),
    });
    for (const zone of ["a", "c"]) {
      this.put("aws:ec2/subnet:Subnet", `subnet-${zone}`, {
        availabilityZone: `ap-northeast-1${zone}`,
      });
    }
    const arn = `arn:aws:autoscaling:ap-northeast-1:123456789012:autoScalingGroup:1:autoScalingGroupName/${name}`;
    this.put("aws:autoscaling/group:Group", name, {
      arn,
      name,
      minSize: 2,
      maxSize: 6,
      vpcZoneIdentifiers: ["subnet-a", "subnet-c"],
      launchTemplate: { id: `lt-${name}`, version: "1" },
      ...group,
    });
    this.put("aws:ecs/capacityProvider:CapacityProvider", name, {
      name,
      autoScalingGroupProvider: {
        autoScalingGroupArn: arn,
        managedScaling: { status: "ENABLED", targetCapacity: 100 },
        managedDraining: "ENABLED",
        ...provider,
      },
    });
    return { provider: name, group: name };
  }

  /** The tutorial's service behind a load balancer, rule `*`. Returns the ARNs. */
  site(service: Record<string, unknown> = {}) {
    const loadBalancer = this.loadBalancer("site");
    const listener = this.listener(loadBalancer);
    const targetGroup = this.targetGroup("site");
    const taskDefinition = this.taskDefinition("handson");
    this.rule(
      listener,
      1,
      [{ pathPattern: { values: ["*"] } }],
      [{ type: "forward", targetGroupArn: targetGroup }],
    );
    const arn = this.service("site", {
      taskDefinition,
      loadBalancers: [{ targetGroupArn: targetGroup, containerName: "nginx", containerPort: 80 }],
      ...service,
    });
    return { loadBalancer, listener, targetGroup, taskDefinition, service: arn };
  }

  /**
   * A service that alternates between two target groups, with a rule `*` for production, and one for the
   * header `x-test` before it. Returns the ARNs.
   */
  blueGreenSite(
    deploymentConfiguration: Record<string, unknown>,
    service: Record<string, unknown> = {},
    container: Record<string, unknown> = {},
  ) {
    const listener = this.listener(this.loadBalancer("site"));
    const [first, alternate] = ["first", "alternate"].map((name) =>
      this.targetGroup(name, { path: "/" }),
    ) as [string, string];
    const actions = [
      {
        type: "forward",
        forward: {
          targetGroups: [
            { arn: first, weight: 100 },
            { arn: alternate, weight: 0 },
          ],
        },
      },
    ];
    const path = { pathPattern: { values: ["*"] } };
    const header = { httpHeader: { httpHeaderName: "x-test", values: ["true"] } };
    const production = this.rule(listener, 2, [path], actions);
    const test = this.rule(listener, 1, [path, header], actions);
    const taskDefinition = this.taskDefinition("handson", container);
    const arn = this.service("site", {
      taskDefinition,
      deploymentConfiguration,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      loadBalancers: [
        {
          targetGroupArn: first,
          containerName: "nginx",
          containerPort: 80,
          advancedConfiguration: {
            alternateTargetGroupArn: alternate,
            productionListenerRule: production,
            testListenerRule: test,
            roleArn: "arn:aws:iam::123456789012:role/infrastructure",
          },
        },
      ],
      ...service,
    });
    return { listener, first, alternate, production, test, taskDefinition, service: arn };
  }
}
