import type * as pulumi from "@pulumi/pulumi";

import { ApplicationLoadBalancer } from "./applicationLoadBalancer";
import { DefaultVpc } from "./defaultVpc";
import { FargateService } from "./fargateService";
import { FargateTaskDefinition } from "./fargateTaskDefinition";
import { Image } from "./image";
import { Vpc } from "./vpc";

/** A component created for a program in another process. */
export interface RemoteComponent extends pulumi.ComponentResource {
  /** The outputs that the program sees. */
  outputs(): pulumi.Inputs;
}

type Create = (
  name: string,
  inputs: Record<string, unknown>,
  opts: pulumi.ComponentResourceOptions,
) => RemoteComponent;

const components: Readonly<Record<string, Create | undefined>> = {
  "awsx:ecr:Image": (name, inputs, opts) => Image.create(name, inputs, opts),
  "awsx:ec2:DefaultVpc": (name, _inputs, opts) => new DefaultVpc(name, opts),
  "awsx:ec2:Vpc": (name, inputs, opts) => Vpc.create(name, inputs, opts),
  "awsx:ecs:FargateService": (name, inputs, opts) => new FargateService(name, inputs, opts),
  "awsx:ecs:FargateTaskDefinition": (name, inputs, opts) =>
    new FargateTaskDefinition(name, inputs, opts),
  "awsx:lb:ApplicationLoadBalancer": (name, inputs, opts) =>
    new ApplicationLoadBalancer(name, inputs, opts),
};

/** @throws Error naming the component if the lab does not support it. */
export function createComponent(
  type: string,
  name: string,
  inputs: Record<string, unknown>,
  opts: pulumi.ComponentResourceOptions,
): RemoteComponent {
  const create = components[type];
  if (!create) throw new Error(`the lab has no component ${type}`);
  return create(name, inputs, opts);
}
