import { randomBytes } from "node:crypto";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as path from "node:path";

import {
  answerLines,
  bearsToken,
  LoopbackServer,
  messageIn,
  HttpRefusal,
} from "../../../protocol/loopback";
import { toolCallSchema, type ToolLine } from "../../../protocol/tool";
import { messageOf } from "../../../shared/messageOf";
import type { Tool } from "./tool";

/**
 * Answers the stand-in programs of builds: HTTP on loopback, with a separate token for each build. A build's programs
 * are small scripts in a folder that comes first on its PATH.
 */
export class ToolServer {
  private readonly builds = new Map<string, Readonly<Record<string, Tool>>>();

  private server: LoopbackServer | undefined;

  static async start(): Promise<ToolServer> {
    const tools = new ToolServer();
    tools.server = await LoopbackServer.start((request, response) =>
      tools.handle(request, response),
    );
    return tools;
  }

  /**
   * Puts a build's programs into a folder.
   * @param dir folder of the programs; created if missing
   * @returns a function that disables them
   */
  async install(dir: string, tools: Readonly<Record<string, Tool>>): Promise<() => void> {
    const token = randomBytes(32).toString("hex");
    await mkdir(dir, { recursive: true });
    for (const program of Object.keys(tools)) {
      const words = [
        process.execPath,
        path.join(__dirname, "standIn.cjs"),
        `${this.server?.url ?? ""}/`,
        program,
      ];
      const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
      const file = path.join(dir, program);
      // Not passed as an argument, which all users of this machine could read.
      const lines = [`export ECS_HANDSON_TOOL_TOKEN=${token}`, `exec ${command} "$@"`];
      await writeFile(file, `#!/bin/sh\n${lines.join("\n")}\n`, { mode: 0o700 });
      await chmod(file, 0o700);
    }
    this.builds.set(token, tools);
    return () => this.builds.delete(token);
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tools = this.toolsOf(request);
    if (tools === undefined || request.method !== "POST") {
      throw new HttpRefusal(401, "the build has ended");
    }
    const { program, ...call } = await messageIn(request, toolCallSchema);
    const tool = tools[program];
    if (tool === undefined) throw new HttpRefusal(404, `no stand-in for ${program}`);
    const write = answerLines(response);
    const send = (line: ToolLine) => {
      write(JSON.stringify(line));
    };
    const code = await tool({
      ...call,
      out: (out) => {
        send({ out });
      },
      err: (err) => {
        send({ err });
      },
    }).catch((error: unknown) => {
      send({ err: `${program}: ${messageOf(error)}\n` });
      return 1;
    });
    send({ code });
    response.end();
  }

  private toolsOf(request: IncomingMessage): Readonly<Record<string, Tool>> | undefined {
    for (const [token, tools] of this.builds) if (bearsToken(request, token)) return tools;
    return undefined;
  }
}
