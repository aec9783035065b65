import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

import { rangeProblem } from "../shared/problems";

/**
 * How a service takes part in Service Connect: a proxy in each of its tasks, which finds the tasks of the other
 * services of a namespace by name.
 *
 * The proxy uses part of the task's CPU and memory; AWS recommends 256 CPU units and 64 MiB under load.
 *
 * Source: Amazon ECS developer guide, "Use Service Connect to connect Amazon ECS services with short
 * names".
 */
export interface ServiceConnect {
  /**
   * ARN of the namespace; only its members see each other's names.
   * @throws if it is text but not a namespace's ARN; with CODE_DEPLOY
   */
  namespaceArn: pulumi.Input<string>;
  /**
   * Name by which the others reach this service, 1 to 63 lower-case letters, digits and hyphens, e.g. `products` for
   * `http://products:8080`.
   * @default none: it only calls others
   * @throws if it has another form
   */
  dnsName?: string;
  /**
   * Port that goes with the name, 1 to 65535.
   * @default the container port
   * @throws outside the range; without a `dnsName`
   */
  port?: number;
  /**
   * Protocol of its container. Protocols other than tcp get retries and metrics per request.
   * @default "http"
   */
  appProtocol?: "http" | "http2" | "grpc" | "tcp";
}

/** What Service Connect adds to the port mapping of a container that has a name. */
export function namedPort(serviceConnect: ServiceConnect | undefined) {
  const { dnsName, appProtocol = "http" } = serviceConnect ?? {};
  if (dnsName === undefined) return {};
  // In ECS, leaving it out means tcp.
  return { name: dnsName, ...(appProtocol === "tcp" ? {} : { appProtocol }) };
}

/** The service's part of Service Connect, as ECS expects it. */
export function serviceConnectConfiguration(
  { namespaceArn, dnsName, port }: ServiceConnect,
  containerPort: number | undefined,
  logConfiguration: { logDriver: string; options: Record<string, string> },
): aws.types.input.ecs.ServiceServiceConnectConfiguration {
  // #region service-connect
  const services =
    dnsName === undefined || containerPort === undefined
      ? undefined
      : [
          {
            portName: dnsName,
            discoveryName: dnsName,
            clientAlias: [{ dnsName, port: port ?? containerPort }],
          },
        ];
  return { enabled: true, namespace: namespaceArn, services, logConfiguration };
  // #endregion
}

/** Says what is wrong with a service's part of Service Connect. */
export function serviceConnectProblems(
  serviceConnect: ServiceConnect | undefined,
): (string | undefined)[] {
  if (serviceConnect === undefined) return [];
  const { namespaceArn, dnsName, port } = serviceConnect;
  const named = dnsName === undefined || /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(dnsName);
  return [
    typeof namespaceArn !== "string" ||
    /^arn:[\w-]+:servicediscovery:[^:]+:\d{12}:namespace\/.+$/.test(namespaceArn)
      ? undefined
      : `serviceConnect.namespaceArn "${namespaceArn}" must be the ARN of a namespace of Cloud Map`,
    named
      ? undefined
      : `serviceConnect.dnsName "${dnsName}" must be 1 to 63 lower-case letters, digits and hyphens`,
    port === undefined ? undefined : rangeProblem("serviceConnect.port", port, 1, 65535),
    dnsName === undefined && port !== undefined
      ? "serviceConnect.port without a dnsName: only a service with a name has a port; give both or neither"
      : undefined,
  ];
}
