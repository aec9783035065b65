import * as pulumi from "@pulumi/pulumi";
import type { Alias as AliasMessage } from "@pulumi/pulumi/proto/alias_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

import { type ComponentParts, componentParts } from "../../engine/internals/componentParts";
import { quietSdk } from "../../engine/internals/quietSdk";
import { createComponent } from "./components";

quietSdk(require);

/**
 * Creates a remote component for the engine, e.g. `awsx:ec2:Vpc`.
 *
 * It runs in its own store, so that it does not disturb a program in the same process.
 *
 * @param engineAddress Address of the engine's service, from the handshake.
 * @throws Error naming the component if the lab does not support it, or what the SDK lacks.
 */
export async function construct(
  request: proto.ConstructRequest,
  engineAddress: string,
): Promise<proto.ConstructResponse> {
  const sdk = componentParts();
  return sdk.withLocalStorage(async () => {
    await joinDeployment(request, engineAddress, sdk);
    const inputs = await sdk.deserializeInputs(
      request.getInputs(),
      request.getInputdependenciesMap(),
    );
    const component = createComponent(
      request.getType(),
      request.getName(),
      inputs,
      resourceOptions(request),
    );

    const response = new proto.ConstructResponse();
    response.setUrn(await valueOf(component.urn));
    const label = `construct(${request.getType()}, ${request.getName()})`;
    const [outputs, dependencies] = await pulumi.runtime.serializeResourceProperties(
      label,
      component.outputs(),
    );
    response.setState(
      Struct.fromJavaScript(outputs as Parameters<typeof Struct.fromJavaScript>[0]),
    );
    for (const [key, resources] of dependencies) {
      const urns = await Promise.all([...resources].map((resource) => valueOf(resource.urn)));
      const list = new proto.ConstructResponse.PropertyDependencies();
      list.setUrnsList(urns);
      response.getStatedependenciesMap().set(key, list);
    }
    await sdk.waitForRPCs();
    return response;
  });
}

/** Connects the SDK to the calling deployment. */
async function joinDeployment(
  request: proto.ConstructRequest,
  engineAddress: string,
  sdk: ComponentParts,
): Promise<void> {
  pulumi.runtime.resetOptions(
    request.getProject(),
    request.getStack(),
    request.getParallel(),
    engineAddress,
    request.getMonitorendpoint(),
    request.getDryrun(),
    request.getOrganization(),
  );
  await sdk.awaitFeatureSupport();
  pulumi.runtime.setAllConfig(
    Object.fromEntries(request.getConfigMap().toArray()),
    request.getConfigsecretkeysList(),
  );
}

/** The program's resource options, for the component and, through it, its children. */
function resourceOptions(request: proto.ConstructRequest): pulumi.ComponentResourceOptions {
  const timeouts = request.getCustomtimeouts();
  const deletedWith = request.getDeletedwith();
  return {
    ...(request.getParent() && { parent: new pulumi.DependencyResource(request.getParent()) }),
    aliases: request.getAliasesList().map(aliasOf),
    dependsOn: request.getDependenciesList().map((urn) => new pulumi.DependencyResource(urn)),
    ignoreChanges: request.getIgnorechangesList(),
    protect: request.getProtect() ?? false,
    providers: Object.fromEntries(
      request
        .getProvidersMap()
        .toArray()
        .map(([name, reference]) => [name, new pulumi.DependencyProviderResource(reference)]),
    ),
    replaceOnChanges: request.getReplaceonchangesList(),
    retainOnDelete: request.getRetainondelete() ?? false,
    ...(deletedWith && { deletedWith: new pulumi.DependencyResource(deletedWith) }),
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
    ...(spec.getNoparent() && { parent: pulumi.rootStackResource }),
  };
}

function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply(resolve);
  });
}
