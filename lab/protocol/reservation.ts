import { z } from "zod";

/** A resource that an operation will create. */
const plannedSchema = z.object({
  urn: z.string(),
  /** Pulumi type token. */
  type: z.string(),
  region: z.string().optional(),
  /** The zone of the subnet that it is declared in. */
  zone: z.string().optional(),
  /** Its subnet, if that already exists. */
  subnetId: z.string().optional(),
});

export type PlannedResource = z.infer<typeof plannedSchema>;

/**
 * Reserves room in the account's quotas for what an operation will create, for as long as the response is being read.
 */
export const reservationSchema = z.object({
  stack: z.string(),
  planned: z.array(plannedSchema),
});

export type ReservationRequest = z.infer<typeof reservationSchema>;
