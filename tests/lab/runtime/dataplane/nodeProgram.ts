import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A Node service without packages: `main` runs with `createServer` and `process` at hand. */
export interface NodeProgram {
  readonly main: string;
  /** @default one that starts src/main.ts */
  readonly dockerfile?: string;
}

const DOCKERFILE = `FROM node:24-alpine AS build
CMD ["sh"]
FROM node:24-alpine
WORKDIR /app
ENV NODE_ENV=production GREETING="good day"
COPY . .
USER node
CMD ["node", "src/main.ts"]
`;

/** Says who it is, by which environment, and the code of whatever it is asked to fetch; slowly: when it is
 * told to stop. */
export const GREETER = `
const answers: Record<string, (url: URL) => Promise<unknown>> = {
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
      return { failed: String((error as { cause?: { code?: string } }).cause?.code) };
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

/** Writes the program's folder, to be removed by the caller. */
export function programFolder({ main, dockerfile = DOCKERFILE }: NodeProgram): string {
  const folder = mkdtempSync(join(tmpdir(), "ecs-handson-node-program-"));
  const script = join(folder, "src", "main.ts");
  mkdirSync(dirname(script));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(join(folder, "Dockerfile"), dockerfile);
  writeFileSync(
    script,
    `import { createServer } from "node:http";\nimport process from "node:process";\n${main}`,
  );
  return folder;
}
