import { z } from "zod";

import type { Account } from "../../account/account";
import type { ControlPlane } from "../../runtime/controlplane/controlPlane";
import { PACE_NAMES } from "../../runtime/controlplane/pace";
import { ECS_TYPES } from "../../runtime/controlplane/ecs/ecs";

const arn = z.string().startsWith("arn:").max(2048);

const request = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("stopTask"), task: arn }),
  z.strictObject({
    action: z.literal("setDesiredCount"),
    service: arn,
    count: z.int().min(0).max(5000),
  }),
  z.strictObject({ action: z.literal("breakHealth"), task: arn }),
  z.strictObject({ action: z.literal("fixHealth"), task: arn }),
  z.strictObject({ action: z.literal("rollBack"), service: arn }),
  z.strictObject({ action: z.literal("setPace"), pace: z.enum(PACE_NAMES) }),
  z.strictObject({ action: z.literal("pushPage"), stack: z.string().regex(/^[\w.-]{1,100}$/) }),
]);

/** What the page may ask for. */
export type ActionRequest = z.infer<typeof request>;

export type ActionName = ActionRequest["action"];

export const ACTION_NAMES: readonly ActionName[] = [
  "stopTask",
  "setDesiredCount",
  "breakHealth",
  "fixHealth",
  "pushPage",
  "rollBack",
  "setPace",
];

/** Actions that do not change the account; the page may always use them. */
export const HARMLESS: readonly ActionName[] = ["setPace"];

/** What the actions act on. */
export interface ActionTargets {
  readonly account: Pick<Account, "modify">;
  readonly plane: Pick<ControlPlane, "stopTask" | "setDesiredCount" | "breakHealth" | "rollBack">;
  /** Commits nginx/ as it is to a stack's git repository, as `npm run lab -- push` does. */
  readonly push: (stack: string) => Promise<unknown>;
}

/** @throws {Error} naming every problem of a request */
export function parseAction(body: unknown): ActionRequest {
  const parsed = request.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new Error(z.prettifyError(parsed.error));
}

/**
 * Performs the action that the page asks for.
 * @throws {Error} if the target does not exist (any more), or the account rejects the action
 */
export async function act(
  action: Exclude<ActionRequest, { action: "setPace" }>,
  targets: ActionTargets,
): Promise<void> {
  const { account, plane, push } = targets;
  switch (action.action) {
    case "stopTask":
      await plane.stopTask(action.task, "Stopped by hand, on the lab's dashboard");
      return;
    case "setDesiredCount":
      // As with `aws ecs update-service`: the account differs from the stack's state until a refresh.
      plane.setDesiredCount(action.service, action.count);
      await account.modify(ECS_TYPES.service, action.service, { desiredCount: action.count });
      return;
    case "breakHealth":
    case "fixHealth":
      plane.breakHealth(action.task, action.action === "breakHealth");
      return;
    case "rollBack":
      plane.rollBack(action.service);
      return;
    case "pushPage":
      await push(action.stack);
      return;
  }
}
