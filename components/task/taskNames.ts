import * as pulumi from "@pulumi/pulumi";

import { physicalName } from "../shared/names";

/** Name of the log group that a task's containers write to, by the base of its names. */
export const logGroupName = ({ name }: { name: string }) =>
  `/ecs/${physicalName("service", name, pulumi.getStack())}`;

/** The log group, and its region. */
export const logTarget = (settings: { name: string; region: string }) => ({
  group: logGroupName(settings),
  region: settings.region,
});
