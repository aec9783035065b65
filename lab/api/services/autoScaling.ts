import type {
  AutoScalingGroupNamesType,
  DescribeScalingActivitiesType,
} from "@aws-sdk/client-auto-scaling";

import type { ResourceRecord } from "../../account/record";
import type { Properties } from "../../account/resourceType";
import { AUTO_SCALING_GROUP } from "../../account/types/autoscaling";
import type { PlaneEvent } from "../../runtime/dataplane/events";
import { clients } from "../clients";
import { pagesBy } from "../paging";
import { defined, recordsOf } from "../records";
import type { Api, ApiService, Operation } from "../service";
import { type Filterable, type Filters, passes } from "../filters";

const [MOST_LISTED, INVALID] = [100, "ValidationError"];
const SINCE_EVER = new Date(0);

const page = pagesBy({
  size: "MaxRecords",
  token: "NextToken",
  most: MOST_LISTED,
  invalidCode: INVALID,
});

const operations: Record<string, Operation> = {
  DescribeAutoScalingGroups: (input: AutoScalingGroupNamesType, api: Api) => {
    const found = recordsOf(api, AUTO_SCALING_GROUP).filter(
      ({ outputs }) =>
        input.AutoScalingGroupNames?.includes(String(outputs.name)) !== false &&
        passes(input.Filters as Filters, filterable(outputs), { invalidCode: INVALID }),
    );
    const { items, next } = page(found, input);
    return { AutoScalingGroups: items.map((one) => describeGroup(api, one)), ...next };
  },

  DescribeScalingActivities: (input: DescribeScalingActivitiesType, api: Api) => {
    const events = api.history.eventsOf("auto-scaling-group", input.AutoScalingGroupName);
    const { items, next } = page(events.flatMap(describeActivity), input);
    return { Activities: items, ...next };
  },
};

export const autoScaling: ApiService = {
  title: "EC2 Auto Scaling",
  signingName: "autoscaling",
  protocol: "query",
  xmlNamespace: "http://autoscaling.amazonaws.com/doc/2011-01-01/",
  invalidCode: INVALID,
  model: clients.autoScaling,
  operations,
  refused: {
    DescribeAutoScalingGroups: ["IncludeManagedResources"],
    DescribeScalingActivities: ["ActivityIds", "Filters", "IncludeManagedResources"],
  },
};

/** API: "DescribeAutoScalingGroups", `Filters`. */
function filterable({ tags: given }: Properties): Filterable {
  const tags = (given ?? []) as { key: string; value: string }[];
  return {
    "tag-key": tags.map(({ key }) => key),
    "tag-value": tags.map(({ value }) => value),
    ...Object.fromEntries(tags.map(({ key, value }) => [`tag:${key}`, value])),
  };
}

function describeGroup(api: Api, { outputs }: ResourceRecord): object {
  const name = String(outputs.name);
  const instances = api.plane.status().instances.filter((one) => one.autoScalingGroup === name);
  const zones = (outputs.availabilityZones ?? []) as string[];
  const isProtected = outputs.protectFromScaleIn === true;
  const tags = (outputs.tags ?? []) as { key: string; value: string; propagateAtLaunch: boolean }[];
  const template = outputs.launchTemplate as { id?: string; name?: string; version?: string };
  const launchTemplate = {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    Version: template.version,
  };
  return defined({
    AutoScalingGroupName: name,
    AutoScalingGroupARN: outputs.arn,
    MinSize: outputs.minSize,
    MaxSize: outputs.maxSize,
    // Managed scaling changes it without updating the record.
    DesiredCapacity: instances.length,
    DefaultCooldown: outputs.defaultCooldown,
    AvailabilityZones: zones.length > 0 ? zones : [...new Set(instances.map(({ zone }) => zone))],
    HealthCheckType: outputs.healthCheckType,
    HealthCheckGracePeriod: outputs.healthCheckGracePeriod,
    ...("launchTemplate" in outputs ? { LaunchTemplate: defined(launchTemplate) } : {}),
    VPCZoneIdentifier: ((outputs.vpcZoneIdentifiers ?? []) as string[]).join(","),
    NewInstancesProtectedFromScaleIn: isProtected,
    CreatedTime: SINCE_EVER,
    Instances: instances.map(({ id, instanceType, status, zone }) => ({
      InstanceId: id,
      InstanceType: instanceType,
      AvailabilityZone: zone,
      LifecycleState: status === "REGISTERING" ? "Pending" : "InService",
      HealthStatus: "Healthy",
      ProtectedFromScaleIn: isProtected,
    })),
    Tags: tags.map(({ key, value, propagateAtLaunch }) => ({
      Key: key,
      Value: value,
      PropagateAtLaunch: propagateAtLaunch,
      ResourceId: name,
      ResourceType: "auto-scaling-group",
    })),
  });
}

/** Launches and terminations are activities; the lab's events also report other things. */
function describeActivity({ at, resource, message }: PlaneEvent): object[] {
  const [, did, id = ""] = /^(launched|terminated) (i-[0-9a-f]+)/.exec(message) ?? [];
  if (did === undefined) return [];
  const time = new Date(at);
  const what = did === "launched" ? "Launching a new EC2 instance" : "Terminating EC2 instance";
  return [
    {
      ActivityId: `${id}/${did}`,
      AutoScalingGroupName: resource,
      Description: `${what}: ${id}`,
      Cause: message,
      StartTime: time,
      EndTime: time,
      StatusCode: "Successful",
      Progress: 100,
    },
  ];
}
