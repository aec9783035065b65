import { listener } from "./listener";
import { listenerRule } from "./listenerRule";
import { loadBalancer } from "./loadBalancer";
import { targetGroup } from "./targetGroup";

export const elasticLoadBalancingTypes = [loadBalancer, listener, listenerRule, targetGroup];
