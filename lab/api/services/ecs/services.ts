import type {
  CreateServiceRequest,
  DeleteServiceRequest,
  DescribeServicesRequest,
  ListServicesRequest,
  UpdateServiceRequest,
} from "@aws-sdk/client-ecs";

import type { ResourceRecord } from "../../../account/record";
import { SERVICE } from "../../../account/types/ecs/tokens";
import { lastPart } from "../../../shared/lastPart";
import { ApiError } from "../../apiError";
import { createRecord, modifyRecord, refuseOthers, tagMap } from "../../records";
import type { Api, Operation } from "../../service";
import {
  clusterNameOf,
  clusterOf,
  findService,
  INVALID,
  listed,
  missing,
  mustHaveRevision,
  mustHaveService,
  nameOf,
  servicesIn,
  statusOf,
} from "./lookups";
import { SERVICE_PARAMETERS, toInputs } from "./serviceInputs";
import { describeDeleted, describeDraining, describeService } from "./serviceView";

const MOST_DESCRIBED = 10;

export const serviceOperations: Record<string, Operation> = {
  ListServices: (input: ListServicesRequest, api: Api) => {
    const { launchType, schedulingStrategy } = input;
    const services = servicesIn(api, clusterOf(api, input.cluster)).filter(
      ({ outputs }) =>
        (launchType === undefined || outputs.launchType === launchType) &&
        (schedulingStrategy === undefined || outputs.schedulingStrategy === schedulingStrategy),
    );
    // AWS returns 10 by default.
    const { items, next } = listed(services, { ...input, maxResults: input.maxResults ?? 10 });
    return { serviceArns: items.map(({ id }) => id), ...next };
  },

  DescribeServices: ({ cluster, services = [], include }: DescribeServicesRequest, api: Api) => {
    const owner = clusterOf(api, cluster);
    if (services.length === 0) throw new ApiError(INVALID, "Services cannot be empty.");
    if (services.length > MOST_DESCRIBED) {
      throw new ApiError(INVALID, `Services cannot have more than ${MOST_DESCRIBED} elements.`);
    }
    const found = services.map((one) => ({ one, view: viewOf(api, owner, one, include) }));
    return {
      services: found.flatMap(({ view }) => view ?? []),
      failures: found.flatMap(({ one, view }) =>
        view === undefined ? [missing(api, `service/${nameOf(owner)}/${lastPart(one)}`)] : [],
      ),
    };
  },

  CreateService: async (input: CreateServiceRequest, api: Api) => {
    const known = [...SERVICE_PARAMETERS, "clientToken", "cluster", "serviceName", "tags"];
    refuseOthers("CreateService", input, [...known, "taskDefinition"], INVALID);
    const { serviceName: name, cluster, taskDefinition, tags, ...parameters } = input;
    const owner = clusterOf(api, cluster);
    const record = await createRecord(
      api,
      SERVICE,
      {
        ...toInputs(parameters),
        name,
        cluster: owner.id,
        taskDefinition: mustHaveRevision(api, taskDefinition).id,
        tags: tagMap(tags),
      },
      INVALID,
    );
    await api.plane.sync();
    return { service: describeService(api, record, ["TAGS"]) };
  },

  UpdateService: async (input: UpdateServiceRequest, api: Api) => {
    const known = [...SERVICE_PARAMETERS, "cluster", "service", "taskDefinition"];
    refuseOthers("UpdateService", input, [...known, "forceNewDeployment"], INVALID);
    const { cluster, service, taskDefinition, forceNewDeployment = false, ...parameters } = input;
    const record = mustHaveService(api, clusterOf(api, cluster), service);
    mustBeUpdatable(record, input);
    const revision =
      taskDefinition === undefined
        ? {}
        : { taskDefinition: mustHaveRevision(api, taskDefinition).id };
    const forced = Number(record.outputs.forcedDeployments ?? 0) + 1;
    const changed = await modifyRecord(
      api,
      record,
      { ...toInputs(parameters), ...revision },
      {
        invalidCode: INVALID,
        further: forceNewDeployment ? { forcedDeployments: forced } : {},
      },
    );
    await api.plane.sync();
    // Autoscaling may have changed the count without updating the record.
    const { desiredCount } = input;
    if (desiredCount !== undefined) api.plane.setDesiredCount(record.id, desiredCount);
    return { service: describeService(api, changed) };
  },

  DeleteService: async ({ cluster, service, force = false }: DeleteServiceRequest, api: Api) => {
    const record = mustHaveService(api, clusterOf(api, cluster), service);
    const status = statusOf(api, record.id);
    const isRunning = (status?.desiredCount ?? 0) > 0;
    if (isRunning && !force && record.outputs.schedulingStrategy !== "DAEMON") {
      throw new ApiError(INVALID, "The service cannot be stopped while it is scaled above 0.");
    }
    const described = describeService(api, record);
    await api.account.delete(SERVICE, record.id);
    await api.plane.sync();
    return { service: { ...described, status: "DRAINING", desiredCount: 0 } };
  },
};

function viewOf(
  api: Api,
  cluster: ResourceRecord,
  reference: string,
  include: readonly string[] = [],
): object | undefined {
  const record = findService(api, cluster, reference);
  if (record !== undefined) return describeService(api, record, include);
  const leaving = api.plane
    .status()
    .services.find(
      ({ arn, name, cluster: where, status }) =>
        status === "DRAINING" &&
        where === nameOf(cluster) &&
        (arn === reference || name === reference),
    );
  if (leaving !== undefined) return describeDraining(api, leaving);
  const gone = api.history.deletedServices.find(
    (one) =>
      clusterNameOf(one) === nameOf(cluster) && (one.id === reference || nameOf(one) === reference),
  );
  return gone && describeDeleted(api, gone);
}

/** API: "UpdateService": what it rejects for daemons, and for services deployed by CodeDeploy. */
function mustBeUpdatable({ outputs }: ResourceRecord, input: UpdateServiceRequest): void {
  if (outputs.schedulingStrategy === "DAEMON" && input.desiredCount !== undefined) {
    throw new ApiError(
      INVALID,
      "The daemon scheduling strategy does not support a desired count for tasks.",
    );
  }
  const controller = outputs.deploymentController as { type?: string } | undefined;
  if (controller?.type !== "CODE_DEPLOY") return;
  const suffix =
    "on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.";
  if (input.taskDefinition !== undefined) {
    throw new ApiError(INVALID, `Unable to update task definition ${suffix}`);
  }
  if (input.forceNewDeployment === true) {
    throw new ApiError(INVALID, `Cannot force a new deployment ${suffix}`);
  }
}
