import type { Account } from "../../../account/account";
import type { ControlPlane } from "../../../runtime/controlplane/controlPlane";
import type { ImageStore } from "../../images/imageStore";
import type { Artifacts } from "../artifacts";
import type { Action, Pipeline } from "../records";
import type { Repositories } from "../repositories";
import type { Deploying } from "../runStore";
import type { ToolServer } from "../tools/toolServer";

/** The parts of the control plane that deployments need. */
export type DeployPlane = Pick<
  ControlPlane,
  "status" | "onEvent" | "onChange" | "registerTaskDefinition" | "updateService" | "codeDeploy"
>;

/** What all actions use. */
export interface ActionContext {
  readonly account: Account;
  readonly plane: DeployPlane;
  readonly artifacts: Artifacts;
  readonly repositories: Repositories;
  readonly images: ImageStore;
  readonly tools: ToolServer;
  /** Folder for the files of running builds. */
  readonly buildsDir: string;
}

/** A running action of an execution. */
export interface ActionCall {
  readonly pipeline: Pipeline;
  readonly runId: string;
  readonly stage: string;
  /** The action, with variables in its configuration resolved. */
  readonly action: Action;
  /** The action's input artifacts, zip archives, in its order. */
  readonly inputs: readonly Uint8Array[];
  /** The commit that is being released; undefined before the source action. */
  readonly commit: string | undefined;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Resolves when somebody has approved or rejected. */
  readonly approval: () => Promise<Approval>;
  /** Records what is being deployed, so that the next lab can clean up if this one is killed; undefined when done. */
  readonly deploying: (deploying: Deploying | undefined) => void;
}

/** Somebody's answer to an approval action. */
export interface Approval {
  readonly approved: boolean;
  readonly comment: string;
}

/** The result of an action. */
export interface ActionResult {
  /** The result in one sentence. */
  readonly summary: string;
  /** Output artifacts by name, zip archives. */
  readonly outputs?: Readonly<Record<string, Uint8Array>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** What a source action took. */
  readonly revision?: { readonly commit: string; readonly message: string };
}

/** Why an action failed, in CodePipeline's words. */
export class ActionError extends Error {
  override readonly name = "ActionError";
}
