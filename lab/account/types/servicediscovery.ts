import type { servicediscovery } from "@pulumi/aws";
import { z } from "zod";

import { AwsError } from "../errors";
import type { ResourceRecord } from "../record";
import { type AccountContext, resourceType } from "../resourceType";
import { SERVICE } from "./ecs/tokens";
import { inputsOf, tags, text } from "./shared";

const HTTP_NAMESPACE = "aws:servicediscovery/httpNamespace:HttpNamespace";

const httpNamespace = resourceType({
  token: HTTP_NAMESPACE,
  inputs: inputsOf<servicediscovery.HttpNamespaceArgs>()({
    description: z.string().max(1024).optional(),
    name: z
      .string()
      .regex(/^[!-~]{1,1024}$/, "may have up to 1024 printable characters without spaces")
      .optional(),
    region: text,
    tags,
  }),
  autoNameMaxLength: 1024,
  immutable: ["description", "name", "region"],
  computed: ["arn", "httpName", "name"],
  validate(context, { name }, before) {
    const clash = context
      .list(HTTP_NAMESPACE)
      .find(
        ({ id, outputs }) =>
          outputs.name === name && outputs.region === context.region && id !== before?.id,
      );
    if (clash) {
      throw new AwsError(
        "NamespaceAlreadyExists",
        `Namespace with name ${String(name)} already exists: ${clash.id}`,
      );
    }
  },
  create(context, { name = "" }) {
    const id = `ns-${context.hex("namespace", 16)}`;
    return {
      id,
      outputs: { arn: context.arn("servicediscovery", `namespace/${id}`), httpName: name, name },
    };
  },
  beforeDelete(context, record) {
    if (servicesIn(context, record).length > 0) {
      throw new AwsError("ResourceInUse", `Namespace ${record.id} has associated services.`);
    }
  },
});

/** A namespace by its ARN or, in the same region, its name. */
export function findNamespace(
  context: AccountContext,
  nameOrArn: string,
): ResourceRecord | undefined {
  return context
    .list(HTTP_NAMESPACE)
    .find(
      ({ outputs }) =>
        outputs.arn === nameOrArn ||
        (outputs.name === nameOrArn && outputs.region === context.region),
    );
}

/** ECS services with names in a namespace: Cloud Map has a service for each. */
function servicesIn(context: AccountContext, namespace: ResourceRecord): ResourceRecord[] {
  return context.list(SERVICE).filter(({ inputs }) => {
    const { namespace: wanted, services } = (inputs.serviceConnectConfiguration ?? {}) as {
      namespace?: string;
      services?: unknown[];
    };
    const isHere = [namespace.outputs.arn, namespace.outputs.name].includes(wanted);
    return isHere && services !== undefined && services.length > 0;
  });
}

export const serviceDiscoveryTypes = [httpNamespace];
