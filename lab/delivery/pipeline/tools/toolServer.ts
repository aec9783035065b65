import { randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { text } from "node:stream/consumers";

import { z } from "zod";

import { messageOf } from "../../../shared/messageOf";
import type { Tool } from "./tool";

const callSchema = z.object({
  program: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  stdin: z.string(),
});

/**
 * Answers the stand-in programs of builds: HTTP on loopback, with a token of each build's own. A
 * build's programs are small scripts in a folder that is first on its PATH.
 */
export class ToolServer {
  private readonly builds = new Map<string, Readonly<Record<string, Tool>>>();

  private constructor(
    private readonly server: Server,
    private readonly url: string,
  ) {}

  static async start(): Promise<ToolServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const tools = new ToolServer(server, `http://127.0.0.1:${port}/`);
    server.on("request", (request, response) => {
      tools.handle(request, response).catch((error: unknown) => {
        const message = messageOf(error);
        if (response.headersSent) response.destroy();
        else response.writeHead(500).end(message);
      });
    });
    return tools;
  }

  /**
   * Puts a build's programs into a folder.
   * @param dir folder of the programs; created when missing
   * @returns a function after which they do nothing any more
   */
  async install(dir: string, tools: Readonly<Record<string, Tool>>): Promise<() => void> {
    const token = randomBytes(32).toString("hex");
    await mkdir(dir, { recursive: true });
    for (const program of Object.keys(tools)) {
      const words = [
        process.execPath,
        path.join(__dirname, "standIn.cjs"),
        this.url,
        token,
        program,
      ];
      const command = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
      const file = path.join(dir, program);
      await writeFile(file, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o700 });
      await chmod(file, 0o700);
    }
    this.builds.set(token, tools);
    return () => this.builds.delete(token);
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tools = this.toolsOf(request.headers.authorization ?? "");
    if (tools === undefined || request.method !== "POST") {
      response.writeHead(401).end("the build has ended");
      return;
    }
    const { program, ...call } = callSchema.parse(JSON.parse(await text(request)));
    const tool = tools[program];
    if (tool === undefined) {
      response.writeHead(404).end(`no stand-in for ${program}`);
      return;
    }
    response.writeHead(200, { "content-type": "application/x-ndjson" });
    const send = (line: unknown) => response.write(`${JSON.stringify(line)}\n`);
    const code = await tool({
      ...call,
      out: (out) => send({ out }),
      err: (err) => send({ err }),
    }).catch((error: unknown) => {
      send({ err: `${program}: ${messageOf(error)}\n` });
      return 1;
    });
    send({ code });
    response.end();
  }

  private toolsOf(authorization: string): Readonly<Record<string, Tool>> | undefined {
    const given = Buffer.from(authorization);
    for (const [token, tools] of this.builds) {
      const wanted = Buffer.from(`Bearer ${token}`);
      if (given.length === wanted.length && timingSafeEqual(given, wanted)) return tools;
    }
    return undefined;
  }
}
