// Wraps the handlers of the policy SDK's server, so that the pack sees each operation's whole configuration and can
// refuse an operation. A rule sees only its own settings, and nothing once it is disabled, so nobody would notice a
// configuration that names an unknown rule, or that disables one of the tutorial's.
//
// Relies on: the policy SDK serving a pack (server.js, serve) by one call of addService of @grpc/grpc-js's Server, with
// handlers named after the procedures of the engine's protocol (analyzer.proto).
// Check: addService was called once, with exactly the handlers that are known here.
// Otherwise: the pack does not start.

import type * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { assertMethods, sdkModule, UnknownSdk } from "./sdk";

/** Answers one procedure of the protocol. */
export type ProcedureHandler<Request, Response> = (
  call: { readonly request: Request },
  answer: (error: Error | null | undefined, response?: Response) => void,
) => unknown;

/** The procedures by which the engine announces an operation to the pack, or has it judge something. */
export interface Handlers {
  /** Names the stack: the first call of an operation. */
  readonly configureStack: ProcedureHandler<unknown, unknown>;
  /** Passes the configuration of the rules, defaults included. */
  readonly configure: ProcedureHandler<analyzer.ConfigureAnalyzerRequest, unknown>;
  readonly analyze: ProcedureHandler<analyzer.AnalyzeRequest, analyzer.AnalyzeResponse>;
  readonly remediate: ProcedureHandler<analyzer.AnalyzeRequest, analyzer.RemediateResponse>;
  /** The last call of an operation that has succeeded so far. */
  readonly analyzeStack: ProcedureHandler<analyzer.AnalyzeStackRequest, analyzer.AnalyzeResponse>;
}

const WRAPPED = ["configureStack", "configure", "analyze", "remediate", "analyzeStack"] as const;
/** These judge nothing. Any other might, without passing through the wrapped ones. */
const OTHERS = ["getAnalyzerInfo", "getPluginInfo", "handshake", "cancel"];

type AddService = (service: object, implementation: Handlers) => unknown;

/**
 * Has `serve` start the policy server with handlers wrapped by `wrap`.
 *
 * @throws UnknownSdk if the server was not started with them.
 */
export function serveWrapped(wrap: (sdk: Handlers) => Handlers, serve: () => void): void {
  const { Server: grpcServer } = sdkModule("@grpc/grpc-js");
  const { prototype } = Object(grpcServer) as { prototype?: unknown };
  assertMethods("@grpc/grpc-js's Server", prototype, ["addService"]);
  const server = prototype as { addService: AddService };
  const { addService } = server;
  let wrapped = 0;
  server.addService = function (this: unknown, service, implementation) {
    const procedures = Object.keys(service);
    assertKnown(procedures, implementation);
    wrapped += 1;
    const handlers = Object.assign(Object.create(implementation), wrap(implementation)) as Handlers;
    return addService.call(this, service, handlers);
  };
  try {
    serve();
  } finally {
    server.addService = addService;
  }
  if (wrapped !== 1) throw new UnknownSdk("call of addService that serves the pack");
}

/** @throws UnknownSdk unless a server has all handlers that are wrapped, and no unknown one, which might judge. */
function assertKnown(procedures: readonly string[], implementation: Handlers): void {
  const answered = Object.fromEntries(
    procedures.map((name) => [name, implementation[name as keyof Handlers] as unknown]),
  );
  assertMethods("the policy server", answered, WRAPPED);
  const known: readonly string[] = [...WRAPPED, ...OTHERS];
  const others = procedures.filter((name) => answered[name] !== undefined && !known.includes(name));
  if (others.length > 0)
    throw new UnknownSdk(`known use of the policy server's ${others.join(", ")}`);
}
