import * as path from "node:path";

import { engineLocksIn, stackFileIn } from "./internals/engineFiles";

/** The folders in which the lab keeps what it writes, all below its state folder. */
export function workDirs(stateDir: string, stack: string) {
  return {
    /** Pulumi's state of all stacks. */
    state: path.join(stateDir, "state"),
    /** Pulumi's own home: plugins, workspaces. */
    home: path.join(stateDir, "home"),
    /** The lab's own data on one stack. */
    work: path.join(stateDir, "work", stack),
    /** Lock held while the stack is created or changed. */
    lock: path.join(stateDir, "work", stack, "lock"),
    /** Project file and settings of a program's stacks, which Pulumi would keep beside the program. */
    project: (name: string) => path.join(stateDir, "projects", name),
    /** What Pulumi's file backend knows of one stack; absent until the stack is created. */
    stackFile: (project: string) => stackFileIn(path.join(stateDir, "state"), project, stack),
    /** Pulumi's locks of one stack, as its file backend keeps them. */
    locks: (project: string) => engineLocksIn(path.join(stateDir, "state"), project, stack),
  };
}
