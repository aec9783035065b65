import * as path from "node:path";

import { engineLocksIn, stackFileIn } from "./internals/engineFiles";

/** The folders in which the lab keeps what it writes, all below its state folder. */
export function workDirs(stateDir: string, stack: string) {
  return {
    /** Pulumi's state of all stacks. */
    state: path.join(stateDir, "state"),
    /** Pulumi's own home: plugins, workspaces. */
    home: path.join(stateDir, "home"),
    /** What the lab remembers of one stack. */
    work: path.join(stateDir, "work", stack),
    /** Lock of whoever makes or changes it. */
    lock: path.join(stateDir, "work", stack, "lock"),
    /** Project and settings of a program's stacks, as Pulumi keeps them beside a program. */
    project: (name: string) => path.join(stateDir, "projects", name),
    /** What Pulumi's file backend knows of one stack; absent until the stack is created. */
    stackFile: (project: string) => stackFileIn(path.join(stateDir, "state"), project, stack),
    /** Pulumi's locks of one stack, as its file backend keeps them. */
    locks: (project: string) => engineLocksIn(path.join(stateDir, "state"), project, stack),
  };
}
