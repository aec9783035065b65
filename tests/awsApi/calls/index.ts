import { logsAndSecrets, roles } from "./account";
import { delivery, messages, storage } from "./delivery";
import { ecs, instances, scaling } from "./ecs";
import { firewalls, loadBalancing, names, network } from "./network";
import type { CallsOf } from "./resource";

/**
 * What the provider calls for each type of resource, by terraform-provider-aws's `internal/service`, whose files each
 * part names. Only what differs from the API is said: inputs under other names, and those that are the provider's own.
 */
export const callsOf: Readonly<Record<string, CallsOf>> = {
  ...delivery,
  ...ecs,
  ...firewalls,
  ...instances,
  ...loadBalancing,
  ...logsAndSecrets,
  ...messages,
  ...names,
  ...network,
  ...roles,
  ...scaling,
  ...storage,
};
