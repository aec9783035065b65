// Locates the files of Pulumi's file backend, below the folder that PULUMI_BACKEND_URL names.
//
// Relies on: folders and names in `.pulumi` (pulumi, pkg/backend/diy: stack_reference.go, state.go, lock.go).
// Check: a stack that was created has its file there, or the operation fails; other files are used only if they exist.
// Otherwise: only the engine reports a damaged state, nothing can be restored, old states are never removed, and the
// CLI, instead of the lab waiting, refuses a stack that another engine is working on.

import * as path from "node:path";

/** A stack's state; absent until the stack is created. */
export function stackFileIn(state: string, project: string, stack: string): string {
  return path.join(state, ".pulumi", "stacks", project, `${stack}.json`);
}

/** The folder that has a lock for each engine working on a stack. */
export function engineLocksIn(state: string, project: string, stack: string): string {
  return path.join(state, ".pulumi", "locks", "organization", project, stack);
}

/** Names the version of the backend's file layout. */
export function metaFileIn(state: string): string {
  return path.join(state, ".pulumi", "meta.yaml");
}

/**
 * Where the engine keeps a stack's former states: a checkpoint for each update, and a copy of each state it wrote.
 *
 * @param stackFile the stack's state, as the engine keeps it
 */
export function foldersOf(stackFile: string): { history: string; backups: string } {
  const [stack, folder] = [path.basename(stackFile, ".json"), path.dirname(stackFile)];
  const of = (kind: string) => path.join(folder, "..", "..", kind, path.basename(folder), stack);
  return { history: of("history"), backups: of("backups") };
}
