/** What auth, products and shop have in common. */
import { STATUS_CODES } from "node:http";

import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import closeWithGrace from "close-with-grace";
import Fastify, { type FastifyError } from "fastify";
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from "fastify-type-provider-zod";
import { z } from "zod";

/** Environment variables of every service. */
export const serverEnvironment = {
  /** Address to listen on. @default 0.0.0.0: a container is reached from outside of it */
  HOST: z.string().min(1).default("0.0.0.0"),
  /** Port to listen on; 0: any free one, which the log tells. @default 8080 */
  PORT: z.coerce.number().int().min(0).max(65535).default(8080),
};

/**
 * Reads the environment by a schema.
 * @throws {Error} that names every variable that is wrong, and never a value: it may be a secret
 */
export function readEnvironment<Schema extends z.ZodType>(
  schema: Schema,
  environment: NodeJS.ProcessEnv,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(environment);
  if (success) return data;
  const problems = error.issues.map(({ path, message }) => `  ${path.join(".")}: ${message}`);
  throw new Error(["Invalid environment variables:", ...problems].join("\n"));
}

/** An answer that says what went wrong, RFC 9457 (`application/problem+json`). */
export const Problem = z
  .object({
    type: z.literal("about:blank"),
    title: z.string().describe("The status in words"),
    status: z.int().min(400).max(599),
    detail: z.string().optional().describe("What is wrong with this very request"),
  })
  .describe("RFC 9457 problem details");

/** Refuses a request: the error handler of {@link createServer} makes a {@link Problem} of it. */
export class HttpError extends Error {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;

  /** @param statusCode 400 to 599 @param detail what the client may know; `cause` is for the log */
  constructor(
    statusCode: number,
    detail: string,
    { headers = {}, cause }: { headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause });
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

export interface ServerOptions {
  /** What every path begins with, so that the load balancer can route by it, e.g. `/products`. */
  readonly prefix: string;
  readonly title: string;
  readonly description: string;
  /** Where log lines go. @default standard output */
  readonly logTo?: { write(line: string): void };
}

/**
 * A server with `<prefix>/health`, `<prefix>/openapi.json`, a log, security headers, and problems
 * as answers to what goes wrong. Routes take zod schemas.
 */
export async function createServer({ prefix, title, description, logTo }: ServerOptions) {
  const server = Fastify({
    logger: logTo === undefined ? true : { stream: logTo },
    // The load balancer's id of a request finds its lines in the logs of all services.
    requestIdHeader: "x-amzn-trace-id",
    // The load balancer, the one hop that can reach a task, says who the client is; what the client
    // itself claims about hops before it is not believed.
    trustProxy: (_address, hop) => hop === 0,
    bodyLimit: 16 * 1024,
    // What still arrives on open connections while the service stops is served, not refused.
    return503OnClosing: false,
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);

  server.setErrorHandler<FastifyError | HttpError>((error, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) request.log.error(error);
    if (error instanceof HttpError) void reply.headers(error.headers);
    // Why a server failed unexpectedly is for the log only.
    const tellable = status < 500 || error instanceof HttpError;
    return reply
      .code(status)
      .type("application/problem+json")
      .send(problem(status, tellable ? error.message : undefined));
  });
  server.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type("application/problem+json")
      .send(problem(404, `There is no ${request.method} ${request.url.split("?")[0] ?? ""}`)),
  );

  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["data:"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    // The tutorial's load balancer speaks HTTP; add this with its HTTPS listener.
    strictTransportSecurity: false,
  });
  await server.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title, description, version: "1.0.0" },
      components: {
        securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
      },
    },
    transform: jsonSchemaTransform,
  });

  // A client that keeps its connection after an answer would keep the service from ending.
  let closing = false;
  server.addHook("preClose", (done) => {
    closing = true;
    done();
  });
  server.addHook("onSend", (_request, reply, _payload, done) => {
    if (closing) void reply.header("connection", "close");
    done();
  });

  server.get(`${prefix}/openapi.json`, { schema: { hide: true } }, () => server.swagger());
  // It asks no other service: else one that is down would take the healthy ones with it.
  // Its log lines would bury the real ones.
  server.get(
    `${prefix}/health`,
    {
      logLevel: "warn",
      schema: {
        summary: "Whether this task takes requests",
        response: { 200: z.object({ status: z.literal("ok") }) },
      },
    },
    () => ({ status: "ok" as const }),
  );
  return server;
}

/** @see createServer */
export type Server = Awaited<ReturnType<typeof createServer>>;

/**
 * Listens until SIGTERM, which ECS sends to stop a task: then it takes no new connection, ends the
 * requests in hand and exits with 0. What hangs for 20 s is cut off, as ECS kills after 30 s.
 */
export async function listen(server: Server, host: string, port: number): Promise<void> {
  closeWithGrace({ delay: 20_000, logger: server.log }, async ({ err }) => {
    if (err) server.log.fatal(err);
    await server.close();
  });
  await server.listen({ host, port });
}

/** Runs a service; what keeps it from starting is printed on standard error, and the exit code is 1. */
export function run(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}

function problem(status: number, detail: string | undefined): z.output<typeof Problem> {
  return { type: "about:blank", title: STATUS_CODES[status] ?? "Error", status, detail };
}
