import type {
  DescribeServiceDeploymentsRequest,
  DescribeServiceRevisionsRequest,
  ListServiceDeploymentsRequest,
  StopServiceDeploymentRequest,
} from "@aws-sdk/client-ecs";

import type { ResourceRecord } from "../../../account/record";
import type { DeploymentStatus } from "../../../runtime/controlplane/ecs/status";
import { ApiError } from "../../apiError";
import { recordsOf } from "../../records";
import type { Api, Operation } from "../../service";
import { SERVICE } from "../../../account/types/ecs/tokens";
import {
  arnOf,
  clusterNameOf,
  clusterOf,
  listed,
  missing,
  mustHaveService,
  nameOf,
  statusOf,
} from "./lookups";
import { revisionArn } from "./serviceView";

/** A deployment that the control plane still knows, with its service. */
interface Known {
  readonly service: ResourceRecord;
  readonly deployment: DeploymentStatus;
  /** Whether another deployment has replaced it. */
  readonly isReplaced: boolean;
}

export const deploymentOperations: Record<string, Operation> = {
  ListServiceDeployments: (input: ListServiceDeploymentsRequest, api: Api) => {
    const { cluster, createdAt: { after, before } = {}, service, status = [] } = input;
    const record = mustHaveService(api, clusterOf(api, cluster), service);
    const found = knownOf(api, record).filter(
      (one) =>
        (status.length === 0 || status.includes(stateOf(one))) &&
        isBetween(new Date(one.deployment.createdAt), after, before),
    );
    const { items, next } = listed(found, input);
    return {
      serviceDeployments: items.map((one) => ({
        serviceDeploymentArn: deploymentArn(api, one),
        serviceArn: record.id,
        clusterArn: clusterArn(api, record),
        targetServiceRevisionArn: serviceRevisionArn(api, one),
        status: stateOf(one),
        statusReason: one.deployment.rolloutStateReason,
        ...timesOf(one),
      })),
      ...next,
    };
  },

  DescribeServiceDeployments: (input: DescribeServiceDeploymentsRequest, api: Api) => {
    const all = recordsOf(api, SERVICE).flatMap((service) => knownOf(api, service));
    const found = (input.serviceDeploymentArns ?? []).map((arn) => ({
      arn,
      known: all.find((one) => deploymentArn(api, one) === arn),
    }));
    return {
      serviceDeployments: found.flatMap(({ known }) => (known ? [describe(api, known)] : [])),
      failures: found.flatMap(({ arn, known }) => (known ? [] : [missing(api, arn)])),
    };
  },

  DescribeServiceRevisions: (input: DescribeServiceRevisionsRequest, api: Api) => {
    const all = recordsOf(api, SERVICE).flatMap((service) => knownOf(api, service));
    const found = (input.serviceRevisionArns ?? []).map((arn) => ({
      arn,
      known: all.find((one) => serviceRevisionArn(api, one) === arn),
    }));
    return {
      serviceRevisions: found.flatMap(({ arn, known }) =>
        known === undefined
          ? []
          : [
              {
                serviceRevisionArn: arn,
                serviceArn: known.service.id,
                clusterArn: clusterArn(api, known.service),
                taskDefinition: revisionArn(api, known.deployment.taskDefinition),
                createdAt: new Date(known.deployment.createdAt),
                loadBalancers: known.service.outputs.loadBalancers ?? [],
              },
            ],
      ),
      failures: found.flatMap(({ arn, known }) => (known ? [] : [missing(api, arn)])),
    };
  },

  StopServiceDeployment: (input: StopServiceDeploymentRequest, api: Api) => {
    const { serviceDeploymentArn: arn, stopType = "ROLLBACK" } = input;
    const known = recordsOf(api, SERVICE)
      .flatMap((service) => knownOf(api, service))
      .find((one) => deploymentArn(api, one) === arn);
    if (known === undefined) {
      throw new ApiError(
        "ServiceDeploymentNotFoundException",
        `Service deployment not found: ${arn ?? ""}`,
      );
    }
    if (stopType !== "ROLLBACK") {
      throw new ApiError(
        "InvalidParameterException",
        "The lab only supports stopping deployments with ROLLBACK.",
      );
    }
    if (known.deployment.status !== "PRIMARY" || known.deployment.rolloutState !== "IN_PROGRESS") {
      throw new ApiError("ConflictException", "The service deployment is not in progress.");
    }
    api.plane.stopServiceDeployment({
      cluster: clusterNameOf(known.service),
      service: nameOf(known.service),
    });
    return { serviceDeploymentArn: arn };
  },
};

function knownOf(api: Api, service: ResourceRecord): Known[] {
  const deployments = statusOf(api, service.id)?.deployments ?? [];
  return deployments.map((deployment) => ({
    service,
    deployment,
    isReplaced: deployment.status !== "PRIMARY",
  }));
}

/** API: "ServiceDeployment", `status`. */
function stateOf({ deployment, isReplaced }: Known) {
  if (deployment.rolloutState === "COMPLETED") return "SUCCESSFUL";
  if (deployment.rolloutState === "IN_PROGRESS") return isReplaced ? "STOPPED" : "IN_PROGRESS";
  return isReplaced ? "ROLLBACK_SUCCESSFUL" : "STOPPED";
}

function describe(api: Api, known: Known): object {
  const { deployment, service } = known;
  const { lifecycleStage, strategy } = deployment;
  return {
    serviceDeploymentArn: deploymentArn(api, known),
    serviceArn: service.id,
    clusterArn: clusterArn(api, service),
    status: stateOf(known),
    statusReason: deployment.rolloutStateReason,
    ...timesOf(known),
    updatedAt: new Date(deployment.updatedAt),
    ...(lifecycleStage === undefined ? {} : { lifecycleStage }),
    deploymentConfiguration: { strategy },
    targetServiceRevision: {
      arn: serviceRevisionArn(api, known),
      requestedTaskCount: statusOf(api, service.id)?.desiredCount ?? 0,
      runningTaskCount: deployment.runningCount,
      pendingTaskCount: deployment.pendingCount,
    },
    sourceServiceRevisions: [],
  };
}

/** In the lab, a deployment starts at once. */
function timesOf({ deployment: { createdAt, finishedAt } }: Known) {
  const at = new Date(createdAt);
  return {
    createdAt: at,
    startedAt: at,
    ...(finishedAt === undefined ? {} : { finishedAt: new Date(finishedAt) }),
  };
}

const isBetween = (at: Date, after: Date | undefined, before: Date | undefined): boolean =>
  (after === undefined || at > after) && (before === undefined || at < before);

/** `CLUSTER/SERVICE/ID`, with the digits of the deployment's id. */
function pathOf({ deployment, service }: Known): string {
  return `${clusterNameOf(service)}/${nameOf(service)}/${deployment.id.replace("ecs-svc/", "")}`;
}

const deploymentArn = (api: Api, known: Known) => arnOf(api, `service-deployment/${pathOf(known)}`);
const serviceRevisionArn = (api: Api, known: Known) =>
  arnOf(api, `service-revision/${pathOf(known)}`);
const clusterArn = (api: Api, service: ResourceRecord) =>
  arnOf(api, `cluster/${clusterNameOf(service)}`);
