import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A Node.js service without packages: `main` is JavaScript that can use `createServer` and `process`. */
export interface NodeProgram {
  readonly main: string;
  /** Its path. Node.js 20 needs a loader for TypeScript, which takes several times as long to start. @default src/main.js */
  readonly script?: string;
  /** @default one that starts `script` */
  readonly dockerfile?: string;
}

const dockerfileOf = (script: string) => `FROM node:24-alpine AS build
CMD ["sh"]
FROM node:24-alpine
WORKDIR /app
ENV NODE_ENV=production GREETING="good day"
COPY . .
USER node
CMD ["node", "${script}"]
`;

/**
 * Answers with its process (`/who`), its environment (`/env`) and what another URL answers (`/fetch?url=`);
 * answers `/slow` once it gets SIGTERM.
 */
export const GREETER = `
const answers = {
  "/env": async () => process.env,
  "/who": async () => ({ pid: process.pid, cwd: process.cwd(), name: process.env.NAME }),
  "/slow": () => {
    console.log("greeter is slow");
    return new Promise((done) => process.once("SIGTERM", () => done({ slow: true })));
  },
  "/health": async () => ({ status: "ok" }),
  "/fetch": async (url) => {
    try {
      const response = await fetch(url.searchParams.get("url") ?? "");
      return { status: response.status, body: await response.text() };
    } catch (error) {
      return { failed: String(error.cause?.code) };
    }
  },
};
const server = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://greeter");
  const answer = answers[url.pathname];
  if (answer === undefined) return response.writeHead(404).end();
  void answer(url).then((body) => {
    if (!server.listening) response.setHeader("connection", "close");
    response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  });
});
server.listen(Number(process.env.PORT ?? 8080), process.env.HOST ?? "0.0.0.0", () => console.log("greeter listens"));
process.once("SIGTERM", () => {
  console.log("greeter drains");
  server.close();
  server.closeIdleConnections();
});
`;

/** Writes the program's folder, which the caller removes. */
export function programFolder({
  main,
  script = "src/main.js",
  dockerfile = dockerfileOf(script),
}: NodeProgram): string {
  const folder = mkdtempSync(join(tmpdir(), "ecs-handson-node-program-"));
  const file = join(folder, script);
  mkdirSync(dirname(file));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "Dockerfile"), dockerfile);
  writeFileSync(
    file,
    `import { createServer } from "node:http";\nimport process from "node:process";\n${main}`,
  );
  return folder;
}
