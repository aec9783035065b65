import { policy } from "./policy";
import { scheduledAction } from "./scheduledAction";
import { target } from "./target";

export const appAutoscalingTypes = [target, policy, scheduledAction];
