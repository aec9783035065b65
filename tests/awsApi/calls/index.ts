import { logsAndSecrets, roles } from "./account";
import { delivery, messages, storage } from "./delivery";
import { ecs, instances, scaling } from "./ecs";
import { firewalls, loadBalancing, names, network } from "./network";
import type { CallsOf } from "./resource";

/**
 * What the provider calls for each type of resource, according to the files of terraform-provider-aws's
 * `internal/service` that each part names. Only differences from the API are listed: inputs with other names, and
 * inputs that are the provider's own.
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
