export { FargateService, type FargateServiceArgs } from "./fargateService";
export { LoadBalancer, type LoadBalancerArgs } from "./loadBalancer";
export { type NatGateways, Network, type NetworkArgs } from "./network";
