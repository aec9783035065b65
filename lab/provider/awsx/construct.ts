import type * as pulumi from "@pulumi/pulumi";
import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import * as providerServer from "@pulumi/pulumi/provider/server";
import {
  DependencyProviderResource,
  DependencyResource,
  rootStackResource,
} from "@pulumi/pulumi/resource";
import { setAllConfig } from "@pulumi/pulumi/runtime/config";
import { serializeResourceProperties } from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { quietSdk } from "../../engine/internals/quietSdk";
import { createComponent } from "./components";

quietSdk(require);

// The SDK serves components in a process of their own only, so its parts are put together here. These
// four are exported by its modules and left out of their declarations; the version is pinned.
const { withLocalStorage } = state as unknown as {
  withLocalStorage: <T>(callback: () => Promise<T>) => Promise<T>;
};
const { deserializeInputs } = providerServer as unknown as {
  deserializeInputs: (
    inputs: Struct | undefined,
    dependencies: unknown,
  ) => Promise<Record<string, unknown>>;
};
const { awaitFeatureSupport, waitForRPCs } = settings as unknown as {
  awaitFeatureSupport: () => Promise<void>;
  waitForRPCs: () => Promise<void>;
};

/**
 * Creates a remote component for the engine, e.g. `awsx:ec2:Vpc`.
 *
 * It runs in a store of its own, so that it does not disturb a program in the same process.
 *
 * @param engineAddress Address of the engine's service, from the handshake.
 * @throws Error naming the component if the lab does not have it.
 */
export function construct(
  request: proto.ConstructRequest,
  engineAddress: string,
): Promise<proto.ConstructResponse> {
  return withLocalStorage(async () => {
    await joinDeployment(request, engineAddress);
    const inputs = await deserializeInputs(request.getInputs(), request.getInputdependenciesMap());
    const component = createComponent(
      request.getType(),
      request.getName(),
      inputs,
      resourceOptions(request),
    );

    const response = new proto.ConstructResponse();
    response.setUrn(await valueOf(component.urn));
    const label = `construct(${request.getType()}, ${request.getName()})`;
    const [outputs, dependencies] = await serializeResourceProperties(label, component.outputs());
    response.setState(
      Struct.fromJavaScript(outputs as Parameters<typeof Struct.fromJavaScript>[0]),
    );
    for (const [key, resources] of dependencies) {
      const urns = await Promise.all([...resources].map((resource) => valueOf(resource.urn)));
      const list = new proto.ConstructResponse.PropertyDependencies();
      list.setUrnsList(urns);
      response.getStatedependenciesMap().set(key, list);
    }
    await waitForRPCs();
    return response;
  });
}

/** Points the SDK at the deployment that asks. */
async function joinDeployment(
  request: proto.ConstructRequest,
  engineAddress: string,
): Promise<void> {
  settings.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engineAddress,
    request.getMonitorendpoint(),
    request.getDryrun(),
    request.getOrganization(),
  );
  await awaitFeatureSupport();
  setAllConfig(
    Object.fromEntries(request.getConfigMap().toArray()),
    request.getConfigsecretkeysList(),
  );
}

/** The resource options the program gave, for the component and, through it, its children. */
function resourceOptions(request: proto.ConstructRequest): pulumi.ComponentResourceOptions {
  const timeouts = request.getCustomtimeouts();
  const deletedWith = request.getDeletedwith();
  return {
    ...(request.getParent() && { parent: new DependencyResource(request.getParent()) }),
    aliases: request.getAliasesList().map(aliasOf),
    dependsOn: request.getDependenciesList().map((urn) => new DependencyResource(urn)),
    ignoreChanges: request.getIgnorechangesList(),
    protect: request.getProtect() ?? false,
    providers: Object.fromEntries(
      request
        .getProvidersMap()
        .toArray()
        .map(([name, reference]) => [name, new DependencyProviderResource(reference)]),
    ),
    replaceOnChanges: request.getReplaceonchangesList(),
    retainOnDelete: request.getRetainondelete() ?? false,
    ...(deletedWith && { deletedWith: new DependencyResource(deletedWith) }),
    ...(timeouts && {
      customTimeouts: {
        create: timeouts.getCreate(),
        update: timeouts.getUpdate(),
        delete: timeouts.getDelete(),
      },
    }),
  };
}

function aliasOf(message: AliasMessage): pulumi.URN | pulumi.Alias {
  const spec = message.getSpec();
  if (!spec) return message.getUrn();
  return {
    ...(spec.getName() && { name: spec.getName() }),
    ...(spec.getProject() && { project: spec.getProject() }),
    ...(spec.getStack() && { stack: spec.getStack() }),
    ...(spec.hasParenturn() && { parent: spec.getParenturn() }),
    ...(spec.getNoparent() && { parent: rootStackResource }),
  };
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
