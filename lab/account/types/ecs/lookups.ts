import { z } from "zod";

import { AwsError } from "../../errors";
import type { ResourceRecord } from "../../record";
import type { AccountContext } from "../../resourceType";
import { CLUSTER, SERVICE } from "./tokens";

export const ecsName = z
  .string()
  .regex(/^[\w-]{1,255}$/, "may have up to 255 letters, digits, hyphens and underscores");

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function clientException(message: string): AwsError {
  return new AwsError("ClientException", message);
}

/** A cluster by its name or its ARN. */
export function mustHaveCluster(context: AccountContext, nameOrArn: string): ResourceRecord {
  const cluster = context
    .list(CLUSTER)
    .find(
      ({ id, outputs }) =>
        id === nameOrArn || (outputs.name === nameOrArn && outputs.region === context.region),
    );
  if (!cluster) throw new AwsError("ClusterNotFoundException", "Cluster not found.");
  return cluster;
}

export function servicesOf(context: AccountContext, { id }: ResourceRecord): ResourceRecord[] {
  return context.list(SERVICE).filter(({ outputs }) => {
    const owner = String(outputs.cluster);
    return owner === id || id.endsWith(`:cluster/${owner}`);
  });
}
