import type { ResourceRecord } from "../../../account/record";
import { CLUSTER, SERVICE, TASK_DEFINITION } from "../../../account/types/ecs/tokens";
import type { ServiceStatus } from "../../../runtime/controlplane/ecs/status";
import { findTaskDefinition } from "../../../runtime/controlplane/ecs/taskRevisions";
import { lastPart } from "../../../shared/lastPart";
import { ApiError } from "../../apiError";
import { pageOf } from "../../paging";
import { recordsOf } from "../../records";
import type { Api } from "../../service";

/** Error code for invalid requests. */
export const INVALID = "InvalidParameterException";
const MOST_LISTED = 100;

/** @throws ApiError if there is none. @param reference name or ARN. @default the cluster `default` */
export function clusterOf(api: Api, reference = "default"): ResourceRecord {
  const found = recordsOf(api, CLUSTER).find(
    ({ id, outputs }) => id === reference || outputs.name === reference,
  );
  if (found === undefined) throw new ApiError("ClusterNotFoundException", "Cluster not found.");
  return found;
}

export const nameOf = ({ outputs }: ResourceRecord): string => String(outputs.name);

/** Name of a record's cluster, which it refers to by name or ARN. */
export const clusterNameOf = ({ outputs }: ResourceRecord): string =>
  lastPart(typeof outputs.cluster === "string" ? outputs.cluster : "default");

export function servicesIn(api: Api, cluster: ResourceRecord): ResourceRecord[] {
  return recordsOf(api, SERVICE).filter((service) => clusterNameOf(service) === nameOf(cluster));
}

/** @param reference name or ARN */
export function findService(
  api: Api,
  cluster: ResourceRecord,
  reference: string,
): ResourceRecord | undefined {
  return servicesIn(api, cluster).find(
    (service) => service.id === reference || nameOf(service) === reference,
  );
}

/** @throws ApiError if there is none */
export function mustHaveService(
  api: Api,
  cluster: ResourceRecord,
  reference: string | undefined,
): ResourceRecord {
  const found = findService(api, cluster, reference ?? "");
  if (found !== undefined) return found;
  throw new ApiError("ServiceNotFoundException", "Service not found.");
}

/** A service's status; undefined until the control plane has seen it. */
export function statusOf(api: Api, serviceArn: string): ServiceStatus | undefined {
  return api.plane.status().services.find(({ arn }) => arn === serviceArn);
}

/** ARN of a revision: by ARN, `family:revision`, or `family` for its latest. @throws ApiError if there is none */
export function mustHaveRevision(api: Api, reference: string | undefined): ResourceRecord {
  const all = revisionsOf(api);
  const found = reference === undefined ? undefined : findTaskDefinition(all, reference);
  if (found !== undefined) return found;
  throw new ApiError("ClientException", "Unable to describe task definition.");
}

export const revisionsOf = (api: Api): ResourceRecord[] => recordsOf(api, TASK_DEFINITION);

/** ARN of an ECS resource in the request's region. */
export const arnOf = ({ account, region }: Api, resource: string): string =>
  `arn:aws:ecs:${region}:${account.accountId}:${resource}`;

/** A page of a list, as ECS's List operations return it. */
export function listed<T>(
  all: readonly T[],
  { maxResults, nextToken }: { maxResults?: number | undefined; nextToken?: string | undefined },
): { readonly items: readonly T[]; readonly next: { nextToken?: string } } {
  const request = { token: nextToken, size: maxResults, most: MOST_LISTED, invalidCode: INVALID };
  const { items, nextToken: token } = pageOf(all, request);
  return { items, next: token === undefined ? {} : { nextToken: token } };
}

/** The failure of a Describe operation for a missing resource. */
export const missing = (api: Api, resource: string): { arn: string; reason: string } => ({
  arn: resource.startsWith("arn:") ? resource : arnOf(api, resource),
  reason: "MISSING",
});
