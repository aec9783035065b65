import { z } from "zod";

/** A resource that an operation is to create. */
const plannedSchema = z.object({
  urn: z.string(),
  /** Pulumi type token. */
  type: z.string(),
  region: z.string().optional(),
  /** The zone of the subnet that it is declared in. */
  zone: z.string().optional(),
  /** Its subnet, if that is there already. */
  subnetId: z.string().optional(),
});

export type PlannedResource = z.infer<typeof plannedSchema>;

/** Asks for room within the account's quotas for what an operation is to create, for as long as the answer is read. */
export const reservationSchema = z.object({
  stack: z.string(),
  planned: z.array(plannedSchema),
});

export type ReservationRequest = z.infer<typeof reservationSchema>;
