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

/** Notes where a program declares its resources, while it runs. */
export class SourcePositions {
  private readonly positions = new Map<string, SourcePosition>();

  constructor(private readonly programDir: string) {}

  /** The same program, watched. */
  watch(program: PulumiFn): PulumiFn {
    return () => {
      pulumi.runtime.registerStackTransformation(({ type, name }) => {
        const position = this.declaration();
        if (position) this.positions.set(`${type}::${name}`, position);
        return undefined;
      });
      return program();
    };
  }

  /** Where the resource with this URN is declared; nothing for what a provider declares itself. */
  of(urn: string): SourcePosition | undefined {
    const [, , types = "", ...name] = urn.split("::");
    return this.positions.get(`${types.split("$").at(-1) ?? ""}::${name.join("::")}`);
  }

  /** The innermost line of the program's own code that is being run. */
  private declaration(): SourcePosition | undefined {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = framesKept;
    const stack = new Error().stack ?? "";
    Error.stackTraceLimit = limit;
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
