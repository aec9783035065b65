import { listener } from "./listener";
import { listenerCertificate } from "./listenerCertificate";
import { listenerRule } from "./listenerRule";
import { loadBalancer } from "./loadBalancer";
import { targetGroup } from "./targetGroup";

export const elasticLoadBalancingTypes = [
  loadBalancer,
  listener,
  listenerCertificate,
  listenerRule,
  targetGroup,
];
