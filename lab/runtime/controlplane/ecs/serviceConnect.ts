import type { AccountView } from "../../../account/record";
import type { ConnectEndpoint, TaskConnection } from "../../dataplane/tasks/runtime";
import { ServiceConnectProxy } from "../../dataplane/tasks/serviceConnectProxy";
import type { Service, TaskDefinition } from "./ecs";

const NAMESPACE = "aws:servicediscovery/httpNamespace:HttpNamespace";
const CLUSTER = "aws:ecs/cluster:Cluster";

/** A name and port in a namespace, and the service behind them. */
export interface Alias {
  /** ARN of the namespace. */
  readonly namespace: string;
  readonly dnsName: string;
  readonly port: number;
  readonly protocol: "http" | "tcp";
  readonly serviceKey: string;
  /** The named container port; undefined for the tasks' first port. */
  readonly containerPort: number | undefined;
}

export interface ServiceConnectOptions {
  readonly account: AccountView;
  readonly taskDefinition: (reference: string) => TaskDefinition | undefined;
  /** `127.0.0.1:PORT` of a port of each running task of a service. */
  readonly addresses: (serviceKey: string, containerPort?: number) => readonly string[];
}

/**
 * Runs Service Connect: one proxy for each name of each namespace. A task gets the names that exist when it starts; on
 * AWS, a deployment gets those that exist when the deployment starts.
 */
export class ServiceConnect {
  private readonly proxies = new Map<
    string,
    { readonly alias: Alias; readonly proxy: ServiceConnectProxy }
  >();

  constructor(private readonly options: ServiceConnectOptions) {}

  /** Updates the proxies to match the services. Calls must not overlap. */
  async sync(services: readonly Service[]): Promise<void> {
    const aliases = new Map(
      services.flatMap((service) => this.aliasesOf(service)).map((alias) => [keyOf(alias), alias]),
    );
    for (const [key, { proxy }] of this.proxies) {
      if (aliases.has(key)) continue;
      this.proxies.delete(key);
      proxy.close();
    }
    for (const [key, alias] of aliases) {
      if (this.proxies.has(key)) continue;
      const proxy = new ServiceConnectProxy(alias.protocol, () =>
        this.options.addresses(alias.serviceKey, alias.containerPort),
      );
      await proxy.listen();
      this.proxies.set(key, { alias, proxy });
    }
  }

  /** The connection of the service's tasks; undefined if the service does not use Service Connect. */
  connectionOf(service: Service): TaskConnection | undefined {
    const namespace = this.namespaceOf(service);
    if (namespace === undefined) return undefined;
    const endpoints = [...this.proxies.values()]
      .filter(({ alias }) => alias.namespace === namespace)
      .map(({ alias: { dnsName, port }, proxy }): ConnectEndpoint => ({
        dnsName,
        port,
        proxyPort: proxy.port,
      }));
    const names = this.aliasesOf(service).map(({ dnsName }) => dnsName);
    return { namespace, names, endpoints };
  }

  close(): void {
    for (const { proxy } of this.proxies.values()) proxy.close();
    this.proxies.clear();
  }

  private aliasesOf(service: Service): Alias[] {
    const namespace = this.namespaceOf(service);
    if (namespace === undefined) return [];
    const ports =
      this.options
        .taskDefinition(service.taskDefinition)
        ?.containerDefinitions.flatMap(({ portMappings }) => portMappings ?? []) ?? [];
    return (service.serviceConnectConfiguration?.services ?? []).flatMap((one) =>
      (one.clientAlias ?? []).map(({ dnsName, port }) => {
        const mapping = ports.find(({ name }) => name === one.portName);
        return {
          namespace,
          dnsName: dnsName ?? `${one.discoveryName ?? one.portName}.${this.nameOf(namespace)}`,
          port,
          protocol: mapping?.appProtocol === "http" ? ("http" as const) : ("tcp" as const),
          serviceKey: service.key,
          containerPort: mapping?.containerPort,
        };
      }),
    );
  }

  /** ARN of the service's namespace, its own or its cluster's default. */
  private namespaceOf({ serviceConnectConfiguration, clusterName }: Service): string | undefined {
    if (serviceConnectConfiguration?.enabled !== true) return undefined;
    const { account } = this.options;
    const cluster = account.list(CLUSTER).find(({ outputs }) => outputs.name === clusterName);
    const defaults = cluster?.outputs.serviceConnectDefaults as { namespace: string } | undefined;
    const wanted = serviceConnectConfiguration.namespace ?? defaults?.namespace;
    const namespace = account
      .list(NAMESPACE)
      .find(({ outputs }) => outputs.arn === wanted || outputs.name === wanted);
    return namespace === undefined ? undefined : String(namespace.outputs.arn);
  }

  private nameOf(namespaceArn: string): string {
    const namespaces = this.options.account.list(NAMESPACE);
    return String(namespaces.find(({ outputs }) => outputs.arn === namespaceArn)?.outputs.name);
  }
}

/** Changes whenever the alias needs another proxy. */
function keyOf(alias: Alias): string {
  const { namespace, dnsName, port, protocol, serviceKey, containerPort } = alias;
  return [namespace, dnsName, port, protocol, serviceKey, containerPort].join(" ");
}
