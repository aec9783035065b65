import * as path from "node:path";

// Where Pulumi's file backend keeps what it knows of a stack, below the folder that PULUMI_BACKEND_URL names.
//
// Relies on: the folders and names in `.pulumi` (pulumi, pkg/backend/diy: stack_reference.go, state.go, lock.go).
// Without it: a damaged state is told by the engine alone and nothing is there to be put back, old states stay for good,
// and it is the CLI that refuses a stack on which another engine works.
// Proof: a stack that was made has its file there, or the operation fails; what else is not there is not touched.

/** A stack's state; absent until the stack is created. */
export function stackFileIn(state: string, project: string, stack: string): string {
  return path.join(state, ".pulumi", "stacks", project, `${stack}.json`);
}

/** Folder of the locks of the engines that work on a stack. */
export function engineLocksIn(state: string, project: string, stack: string): string {
  return path.join(state, ".pulumi", "locks", "organization", project, stack);
}

/** What tells the engine the form of all that it keeps. */
export function metaFileIn(state: string): string {
  return path.join(state, ".pulumi", "meta.yaml");
}

/**
 * Where the engine keeps what a stack's state was: a checkpoint of each update, and a copy of each state that it wrote.
 *
 * @param stackFile the stack's state, as the engine keeps it
 */
export function foldersOf(stackFile: string): { history: string; backups: string } {
  const [stack, folder] = [path.basename(stackFile, ".json"), path.dirname(stackFile)];
  const of = (kind: string) => path.join(folder, "..", "..", kind, path.basename(folder), stack);
  return { history: of("history"), backups: of("backups") };
}
