import type { AccountView } from "../../../account/record";
import { parseRecord } from "../../dataplane/alb/elb";
import type { ReportEvent } from "../../dataplane/events";
import { metricAlarm, SCALING_TYPES, scalableTarget, scalingPolicy } from "./scalingRecords";
import { steppedCount } from "./stepScaling";

/** In percent of what all tasks of a service reserve, as CloudWatch's metrics of the same names. */
export interface Utilization {
  /** Absent if the tasks reserve no CPU. */
  readonly CPUUtilization?: number;
  readonly MemoryUtilization?: number;
}

/** A service that can be scaled. */
export interface ScalableService {
  readonly desiredCount: number;
  /**
   * The tasks' utilization since the last call; undefined while none is running or can be measured.
   */
  measure(): Promise<Utilization | undefined>;
  /** Sets another number of tasks, until the service's record sets one. */
  scaleTo(count: number): void;
}

/** What scaling needs from its surroundings. */
export interface ScalingSurroundings {
  readonly account: AccountView;
  readonly service: (clusterName: string, serviceName: string) => ScalableService | undefined;
  readonly report: ReportEvent;
}

/** Step scaling policies, which scale a service when an alarm that names them goes off. */
export class AlarmScaling {
  constructor(private readonly options: ScalingSurroundings) {}

  /**
   * Performs the alarm's actions for that state; does nothing if no stack declares such an alarm. Each call is one
   * evaluation of the alarm, after which a policy scales by one step.
   */
  alarmChanged(alarmName: string, state: "OK" | "ALARM"): void {
    const { account } = this.options;
    const record = account.get(SCALING_TYPES.alarm, alarmName);
    if (record === undefined) return;
    const alarm = parseRecord(metricAlarm, record);
    if (alarm.actionsEnabled === false) return;
    const isLess = alarm.comparisonOperator.startsWith("LessThan");
    const side = isLess === (state === "ALARM") ? "below" : "above";
    const actions = state === "ALARM" ? alarm.alarmActions : alarm.okActions;
    for (const action of actions) this.scale(action, side, alarmName);
  }

  private scale(policyArn: string, side: "above" | "below", alarmName: string): void {
    const { account, report, service } = this.options;
    const policies = account
      .list(SCALING_TYPES.policy)
      .map((record) => parseRecord(scalingPolicy, record));
    const policy = policies.find(({ arn }) => arn === policyArn);
    const steps = policy?.stepScalingPolicyConfiguration;
    if (policy === undefined || steps == null) return;
    const target = account.get(SCALING_TYPES.target, policy.resourceId);
    if (target === undefined) return;
    const [, clusterName = "", serviceName = ""] = policy.resourceId.split("/");
    const scaled = service(clusterName, serviceName);
    if (scaled === undefined) return;
    const limits = parseRecord(scalableTarget, target);
    const wanted = steppedCount(steps, side, scaled.desiredCount, limits);
    if (wanted === scaled.desiredCount) return;
    report({
      source: "service-scaling",
      resource: serviceName,
      message:
        `Message: Successfully set desired count to ${wanted}: alarm ${alarmName} triggered ` +
        `policy ${policy.name}.`,
    });
    scaled.scaleTo(wanted);
  }
}

/** ARNs of all actions of alarms. */
export function alarmActionsOf(account: AccountView): ReadonlySet<string> {
  const alarms = account
    .list(SCALING_TYPES.alarm)
    .map((record) => parseRecord(metricAlarm, record));
  return new Set(alarms.flatMap(({ alarmActions, okActions }) => [...alarmActions, ...okActions]));
}
