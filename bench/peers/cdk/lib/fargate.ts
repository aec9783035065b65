import type { Construct } from "constructs";

import { createFargateService } from "./fargateService";
import type { Shared } from "./foundation";

/** The fargate chapter: nginx, which gets every request that no other chapter's rule matches. */
export function deployFargate(scope: Construct, { vpc, listener }: Shared): void {
  createFargateService(scope, { name: "handson", vpc, listener, priority: 100 });
}
