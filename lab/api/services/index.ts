import type { ApiService } from "../service";
import { ecs } from "./ecs";
import { elbv2 } from "./elbv2";
import { logs } from "./logs";
import { sts } from "./sts";

/** All that the lab's AWS API has. */
export const services: readonly ApiService[] = [ecs, elbv2, logs, sts];
