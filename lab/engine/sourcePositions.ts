import * as path from "node:path";

import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";

/** Where in the program a resource is declared. */
export interface SourcePosition {
  /** Path relative to the program's folder, with `/`. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

/** Deep enough for a declaration inside nested components. */
const framesKept = 50;

/**
 * Notes where a program declares its resources, while it runs. Only the calls are noted: to tell the
 * source's lines from those of the compiled program takes as long as all else that is done for a
 * resource, so that waits until somebody asks.
 */
export class SourcePositions {
  private readonly declarations = new Map<string, Error>();

  constructor(private readonly programDir: string) {}

  /** The same program, watched. */
  watch(program: PulumiFn): PulumiFn {
    return () => {
      pulumi.runtime.registerStackTransformation(({ type, name }) => {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = framesKept;
        this.declarations.set(`${type}::${name}`, new Error());
        Error.stackTraceLimit = limit;
        return undefined;
      });
      return program();
    };
  }

  /** Where the resource with this URN is declared; nothing for what a provider declares itself. */
  of(urn: string): SourcePosition | undefined {
    const [, , types = "", ...name] = urn.split("::");
    const key = `${types.split("$").at(-1) ?? ""}::${name.join("::")}`;
    return this.innermost(this.declarations.get(key)?.stack ?? "");
  }

  /** The innermost line of the program's own code in a stack trace. */
  private innermost(stack: string): SourcePosition | undefined {
    for (const frame of stack.split("\n").slice(1)) {
      const [, file = "", line, column] = /\(?((?:\/|[A-Z]:).*?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
      const relative = path.relative(this.programDir, file);
      if (file === "" || relative.startsWith("..")) continue;
      if (/(^|[\\/])node_modules[\\/]|^lab[\\/]/.test(relative)) continue;
      return {
        file: relative.split(path.sep).join("/"),
        line: Number(line),
        column: Number(column),
      };
    }
    return undefined;
  }
}
