import type { Account } from "../../../account/account";
import type { ControlPlane } from "../../../runtime/controlplane/controlPlane";
import type { ImageStore } from "../../images/imageStore";
import type { Artifacts } from "../artifacts";
import type { Action, Pipeline } from "../records";
import type { Repositories } from "../repositories";
import type { Deploying } from "../runStore";
import type { ToolServer } from "../tools/toolServer";

/** What of the control plane deployments need. */
export type DeployPlane = Pick<
  ControlPlane,
  "status" | "onEvent" | "onChange" | "registerTaskDefinition" | "updateService" | "codeDeploy"
>;

/** What all actions work with. */
export interface Surroundings {
  readonly account: Account;
  readonly plane: DeployPlane;
  readonly artifacts: Artifacts;
  readonly repositories: Repositories;
  readonly images: ImageStore;
  readonly tools: ToolServer;
  /** Folder for builds' files while they run. */
  readonly buildsDir: string;
}

/** One action of one execution, as it runs. */
export interface ActionCall {
  readonly pipeline: Pipeline;
  readonly runId: string;
  readonly stage: string;
  /** With the variables in its configuration filled in. */
  readonly action: Action;
  /** The action's input artifacts, zip archives, in its order. */
  readonly inputs: readonly Uint8Array[];
  /** The commit that is being released; undefined before the source action. */
  readonly commit: string | undefined;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
  /** Resolves when somebody approved or rejected. */
  readonly approval: () => Promise<Approval>;
  /** Notes what is being deployed, so that a lab that is killed can make it good; nothing: no more. */
  readonly deploying: (deploying: Deploying | undefined) => void;
}

/** Somebody's answer to an approval action. */
export interface Approval {
  readonly approved: boolean;
  readonly comment: string;
}

/** What an action gave. */
export interface ActionResult {
  /** In one sentence. */
  readonly summary: string;
  /** Output artifacts by name, zip archives. */
  readonly outputs?: Readonly<Record<string, Uint8Array>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** What a source action took. */
  readonly revision?: { readonly commit: string; readonly message: string };
}

/** Why an action failed, in the words that CodePipeline shows. */
export class ActionError extends Error {
  override readonly name = "ActionError";
}
