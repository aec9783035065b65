import type {
  DescribeScalableTargetsRequest,
  DescribeScalingActivitiesRequest,
  DescribeScalingPoliciesRequest,
  DescribeScheduledActionsRequest,
} from "@aws-sdk/client-application-auto-scaling";

import type { ResourceRecord } from "../../account/record";
import type { Properties } from "../../account/resourceType";
import { POLICY, SCHEDULED_ACTION, TARGET } from "../../account/types/appautoscaling/tokens";
import { lastPart } from "../../shared/lastPart";
import { clients } from "../clients";
import { pagesBy } from "../paging";
import { defined, recordsOf } from "../records";
import type { Api, ApiService, Operation } from "../service";
import { pascal } from "./pascal";

const [MOST_LISTED, INVALID] = [50, "ValidationException"];
/** The account stores no creation times; where the API requires one, this is returned. */
const SINCE_EVER = new Date(0);

const page = pagesBy({
  size: "MaxResults",
  token: "NextToken",
  most: MOST_LISTED,
  invalidCode: INVALID,
});

const operations: Record<string, Operation> = {
  DescribeScalableTargets: (input: DescribeScalableTargetsRequest, api: Api) => {
    const { items, next } = page(selected(api, TARGET, input), input);
    return {
      ScalableTargets: items.map(({ outputs }) => ({
        ...namesOf(outputs),
        MinCapacity: outputs.minCapacity,
        MaxCapacity: outputs.maxCapacity,
        RoleARN: outputs.roleArn,
        ScalableTargetARN: outputs.arn,
        SuspendedState: pascal(outputs.suspendedState),
        CreationTime: SINCE_EVER,
      })),
      ...next,
    };
  },

  DescribeScalingPolicies: (input: DescribeScalingPoliciesRequest, api: Api) => {
    const found = selected(api, POLICY, { ...input, ResourceIds: idsOf(input) }).filter(
      ({ outputs }) => input.PolicyNames?.includes(String(outputs.name)) !== false,
    );
    const { items, next } = page(found, input);
    return { ScalingPolicies: items.map(describePolicy), ...next };
  },

  DescribeScheduledActions: (input: DescribeScheduledActionsRequest, api: Api) => {
    const found = selected(api, SCHEDULED_ACTION, { ...input, ResourceIds: idsOf(input) }).filter(
      ({ outputs }) => input.ScheduledActionNames?.includes(String(outputs.name)) !== false,
    );
    const { items, next } = page(found, input);
    return {
      ScheduledActions: items.map(({ outputs }) =>
        defined({
          ...namesOf(outputs),
          ScheduledActionName: outputs.name,
          ScheduledActionARN: outputs.arn,
          Schedule: outputs.schedule,
          Timezone: outputs.timezone,
          ScalableTargetAction: pascal(numbersIn(outputs.scalableTargetAction)),
          CreationTime: SINCE_EVER,
        }),
      ),
      ...next,
    };
  },

  DescribeScalingActivities: (input: DescribeScalingActivitiesRequest, api: Api) => {
    const found = selected(api, TARGET, { ...input, ResourceIds: idsOf(input) }).flatMap(
      ({ outputs }) => {
        const service = lastPart(String(outputs.resourceId));
        return api.history
          .eventsOf("service-scaling", service)
          .flatMap((event) => describeActivity(outputs, event));
      },
    );
    const { items, next } = page(found, input);
    return { ScalingActivities: items, ...next };
  },
};

export const applicationAutoScaling: ApiService = {
  title: "Application Auto Scaling",
  signingName: "application-autoscaling",
  protocol: "json",
  target: "AnyScaleFrontendService",
  invalidCode: INVALID,
  model: clients.applicationAutoScaling,
  operations,
};

const idsOf = ({ ResourceId: id }: { ResourceId?: string | undefined }) =>
  id === undefined ? undefined : [id];

function selected(
  api: Api,
  type: string,
  {
    ServiceNamespace: namespace,
    ResourceIds: ids,
    ScalableDimension: dimension,
  }: {
    ServiceNamespace?: string | undefined;
    ResourceIds?: string[] | undefined;
    ScalableDimension?: string | undefined;
  },
): ResourceRecord[] {
  return recordsOf(api, type).filter(
    ({ outputs }) =>
      outputs.serviceNamespace === namespace &&
      ids?.includes(String(outputs.resourceId)) !== false &&
      (dimension ?? outputs.scalableDimension) === outputs.scalableDimension,
  );
}

const namesOf = (outputs: Properties) => ({
  ServiceNamespace: outputs.serviceNamespace,
  ResourceId: outputs.resourceId,
  ScalableDimension: outputs.scalableDimension,
});

function describePolicy({ outputs }: ResourceRecord): object {
  const { stepScalingPolicyConfiguration: steps } = outputs;
  const tracking = outputs.targetTrackingScalingPolicyConfiguration;
  return defined({
    ...namesOf(outputs),
    PolicyARN: outputs.arn,
    PolicyName: outputs.name,
    PolicyType: outputs.policyType,
    TargetTrackingScalingPolicyConfiguration: pascal(tracking),
    StepScalingPolicyConfiguration: pascal(numbersIn(steps)),
    Alarms: ((outputs.alarmArns ?? []) as string[]).map((AlarmARN) => ({
      AlarmARN,
      AlarmName: AlarmARN.split(":alarm:").at(-1),
    })),
    CreationTime: SINCE_EVER,
  });
}

/** Turns bounds and capacities, which the provider stores as text, into numbers. */
function numbersIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numbersIn);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, one]) => one !== "")
      .map(([key, one]) => {
        const isNumber = /Bound$|Capacity$/.test(key) && typeof one === "string";
        return [key, isNumber ? Number(one) : numbersIn(one)];
      }),
  );
}

/** Only changes of a count are activities; the lab's events also report other things. */
function describeActivity(outputs: Properties, { at, message }: { at: string; message: string }) {
  const [, count] = /set desired count to (\d+)/.exec(message) ?? [];
  if (count === undefined) return [];
  const time = new Date(at);
  return [
    {
      ...namesOf(outputs),
      ActivityId: `${String(outputs.resourceId)}/${time.getTime()}`,
      Description: `Setting desired count to ${count}.`,
      Cause: message,
      StartTime: time,
      EndTime: time,
      StatusCode: "Successful",
      StatusMessage: message,
    },
  ];
}
