import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { findNamespace } from "../servicediscovery";
import { text, unsupported } from "../shared";
import { logConfiguration, parseContainers } from "./containers";
import { invalidParameter } from "./lookups";
import { SERVICE } from "./tokens";

const dnsName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,125}[a-z0-9])?$/, "is not a lower-case DNS name");

const port = z.int().min(1).max(65_535);

/** A service's Service Connect configuration (API: "ServiceConnectConfiguration"). */
export const serviceConnectConfiguration = z.strictObject({
  accessLogConfiguration: unsupported,
  enabled: z.boolean(),
  logConfiguration: logConfiguration.optional(),
  namespace: text,
  services: z
    .array(
      z.strictObject({
        clientAlias: z
          .array(
            z.strictObject({ dnsName: dnsName.optional(), port, testTrafficRules: unsupported }),
          )
          .max(1)
          .optional(),
        discoveryName: dnsName.optional(),
        ingressPortOverride: unsupported,
        portName: z.string(),
        timeout: unsupported,
        tls: unsupported,
      }),
    )
    .optional(),
});

type ServiceConnectConfiguration = z.output<typeof serviceConnectConfiguration>;

/** A cluster's namespace for services that name none. */
export const serviceConnectDefaults = z.strictObject({ namespace: z.string() });

export function checkServiceConnectDefaults(
  context: AccountContext,
  defaults: z.output<typeof serviceConnectDefaults> | undefined,
): void {
  if (defaults !== undefined) mustHaveNamespace(context, defaults.namespace);
}

/** What CreateService and UpdateService check of Service Connect. */
export function checkServiceConnect(
  context: AccountContext,
  configuration: ServiceConnectConfiguration | undefined,
  {
    cluster,
    definition,
    before,
  }: {
    cluster: ResourceRecord;
    definition: ResourceRecord;
    before: ResourceRecord | undefined;
  },
): void {
  if (configuration === undefined) return;
  const { enabled, services = [] } = configuration;
  if (!enabled) {
    if (services.length === 0) return;
    throw invalidParameter("Service Connect services may only be given if it is enabled.");
  }
  const wanted = configuration.namespace ?? defaultNamespace(cluster);
  if (wanted === undefined) {
    throw invalidParameter("Service Connect needs a namespace, of the service or the cluster.");
  }
  const namespace = mustHaveNamespace(context, wanted);
  const mode = String(definition.outputs.networkMode);
  if (mode !== "awsvpc" && mode !== "bridge") {
    throw invalidParameter(`Service Connect does not support the network mode ${mode}.`);
  }
  const ports = parseContainers(String(definition.inputs.containerDefinitions))
    .flatMap(({ portMappings = [] }) => portMappings)
    .flatMap(({ name }) => name ?? []);
  const taken = namesIn(context, namespace, before?.id);
  for (const { portName, discoveryName = portName } of services) {
    if (!ports.includes(portName)) {
      throw invalidParameter(
        `The port name ${portName} of Service Connect is not in the task definition, only ` +
          `${ports.join(", ") || "none"}.`,
      );
    }
    if (taken.has(discoveryName)) {
      throw invalidParameter(
        `The discovery name ${discoveryName} is already taken in the namespace ${wanted}.`,
      );
    }
    taken.add(discoveryName);
  }
}

function defaultNamespace({ inputs }: ResourceRecord): string | undefined {
  return (inputs.serviceConnectDefaults as { namespace: string } | undefined)?.namespace;
}

function mustHaveNamespace(context: AccountContext, nameOrArn: string): ResourceRecord {
  const namespace = findNamespace(context, nameOrArn);
  if (namespace) return namespace;
  throw new AwsError(
    "NamespaceNotFoundException",
    `The specified namespace ${nameOrArn} wasn't found.`,
  );
}

/** Discovery names of other services in the namespace. */
function namesIn(
  context: AccountContext,
  namespace: ResourceRecord,
  except: string | undefined,
): Set<string> {
  const configurations = context
    .list(SERVICE)
    .filter(({ id }) => id !== except)
    .map(
      ({ inputs }) => inputs.serviceConnectConfiguration as ServiceConnectConfiguration | undefined,
    )
    .filter(
      (one) =>
        one?.namespace !== undefined && findNamespace(context, one.namespace)?.id === namespace.id,
    );
  return new Set(
    configurations.flatMap((one) =>
      (one?.services ?? []).map(({ portName, discoveryName }) => discoveryName ?? portName),
    ),
  );
}
