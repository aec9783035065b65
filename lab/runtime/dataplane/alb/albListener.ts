import { randomUUID } from "node:crypto";
import {
  createServer,
  ServerResponse,
  STATUS_CODES,
  type IncomingMessage,
  type Server,
} from "node:http";
import { createServer as createSecureServer, type Server as SecureServer } from "node:https";
import { type AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createProxyServer } from "http-proxy-3";
import type { Listener, ListenerRule, LoadBalancer, RuleAction } from "./elb";
import { Forwarder } from "../forwarder";
import { finalAction, redirectLocation, selectRule, type RoutedRequest } from "./rules";
import type { TargetGroup, TargetLease } from "./targetGroup";
import type { SecureOptions } from "./tls/listenerTls";
import { WeightedTurn } from "./weightedTurn";

/** A listener of a load balancer, as the account describes it now. */
export interface ListenerView {
  readonly loadBalancer: LoadBalancer;
  readonly listener: Listener;
  readonly rules: readonly ListenerRule[];
}

/** What the listener looks up when a request arrives. */
export interface ListenerSurroundings {
  readonly targetGroup: (arn: string) => TargetGroup | undefined;
  /** The port of this machine for a listener port of the same load balancer; undefined if there is none. */
  readonly localPort: (listenerPort: number) => number | undefined;
}

/** Where a request goes: to a target, or it gets a response of the load balancer itself. */
type RoutingResult =
  | { readonly kind: "target"; readonly lease: TargetLease }
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

/**
 * One listener of an Application Load Balancer, on a port of 127.0.0.1. An HTTPS listener speaks HTTP/1.1 to its
 * clients; on AWS HTTP/2 too.
 * Source: ELB user guide, "Listeners for your Application Load Balancers", "HTTP headers and
 * Application Load Balancers".
 */
export class AlbListener {
  private readonly server: Server | SecureServer;
  private readonly forwarder: Forwarder;
  private readonly webSockets = createProxyServer();
  private readonly turns = new Map<string, WeightedTurn>();
  private readonly upgraded = new Set<Duplex>();

  /** @param secure for an HTTPS listener */
  constructor(
    private view: ListenerView,
    private readonly surroundings: ListenerSurroundings,
    secure?: SecureOptions,
  ) {
    this.server = secure === undefined ? createServer() : createSecureServer(secure);
    this.forwarder = new Forwarder(this.idleMs);
    this.server.keepAliveTimeout = this.idleMs;
    this.server.on("request", (request, response) => {
      this.serve(request, response);
    });
    this.server.on("upgrade", (request, socket, head) => {
      // As long as the proxy does not handle it, a client that disconnects must not count as an error.
      socket.on("error", () => socket.destroy());
      this.keepTrack(socket);
      if (isWebSocket(request)) this.upgrade(request, socket, head);
      else if (socket instanceof Socket) this.serveAsUsual(request, socket);
    });
    // Clients waiting for a response get it from the callbacks below; any other error means that the client has
    // disconnected.
    this.webSockets.on("error", () => undefined);
    this.webSockets.on("open", (socket) => {
      this.keepTrack(socket);
    });
  }

  private wantedPort = 0;
  private listeningPort = 0;

  /** Port of this machine; 0 before {@link listen}. */
  get localPort(): number {
    return this.listeningPort;
  }

  get protocol(): string {
    return this.view.listener.protocol;
  }

  /** Uses another certificate from the next connection on. */
  secure(options: SecureOptions): void {
    if ("setSecureContext" in this.server) this.server.setSecureContext(options);
  }

  /** Applies changed rules and settings from the next request on. */
  update(view: ListenerView): void {
    this.view = view;
  }

  /** The port that it should have listened on, if another program has it. */
  get takenPort(): number | undefined {
    return this.wantedPort === 0 || this.wantedPort === this.localPort
      ? undefined
      : this.wantedPort;
  }

  /** Listens on the first of `ports` that is free, or on any free one if none of them is. */
  async listen(ports: readonly number[]): Promise<void> {
    this.wantedPort = ports[0] ?? 0;
    for (const port of [...ports, 0]) {
      const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
        this.server.once("error", resolve);
        this.server.listen(port, "127.0.0.1", () => {
          this.server.off("error", resolve);
          this.listeningPort = (this.server.address() as AddressInfo).port;
          resolve(undefined);
        });
      });
      if (problem === undefined) return;
      if (problem.code !== "EADDRINUSE" && problem.code !== "EACCES") throw problem;
    }
  }

  /** Stops listening, lets requests in flight end for at most `graceMs`, then cuts them off. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    this.server.closeIdleConnections();
    for (const socket of this.upgraded) socket.destroy();
    const timer = setTimeout(() => {
      this.server.closeAllConnections();
    }, graceMs);
    await closed;
    clearTimeout(timer);
    await this.forwarder.close();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const route = this.route(request);
    if (route.kind === "answer") {
      answer(response, route);
      return;
    }
    response.once("close", () => {
      route.lease.release();
    });
    response.once("finish", () => {
      // Discards what the target did not read, which would block the client's next request.
      if (!request.complete) request.unpipe().resume();
    });
    const forwarded = {
      address: route.lease.address,
      headers: this.forwardedHeaders(request),
      idleMs: this.idleMs,
    };
    this.forwarder.forward(request, response, forwarded, (status) => {
      answer(response, { kind: "answer", status });
    });
  }

  /** WebSocket is the only protocol upgrade that an Application Load Balancer supports. */
  private serveAsUsual(request: IncomingMessage, socket: Socket): void {
    const response = new ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once("finish", () => socket.end());
    this.serve(request, response);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const route = this.route(request);
    if (route.kind === "answer") {
      socket.end(rawResponse(route.status));
      return;
    }
    socket.once("close", () => {
      route.lease.release();
    });
    const [host = "", port] = route.lease.address.split(":");
    const options = {
      target: { host, port: Number(port) },
      proxyTimeout: this.idleMs,
      headers: this.forwardedHeaders(request),
    };
    this.webSockets.ws(request, socket, head, options, () => {
      socket.end(rawResponse(502));
    });
  }

  /** The server does not track a WebSocket's sockets as requests, so {@link close} cuts them off. */
  private keepTrack(socket: Duplex): void {
    this.upgraded.add(socket);
    socket.once("close", () => this.upgraded.delete(socket));
  }

  private get idleMs(): number {
    return this.view.loadBalancer.idleTimeout * 1000;
  }

  private forwardedHeaders(request: IncomingMessage): Record<string, string> {
    return forwardedHeaders(request, this.view.listener.protocol, this.localPort);
  }

  private route(request: IncomingMessage): RoutingResult {
    const routed = toRoutedRequest(request);
    const rule = selectRule(this.view.rules, routed);
    const actions = rule?.actions ?? this.view.listener.defaultActions;
    const action = finalAction(actions);
    switch (action?.type) {
      case "forward":
        return this.forward(action, rule?.arn ?? this.view.listener.arn);
      case "fixed-response":
        return fixedResponse(action);
      case "redirect":
        return this.redirect(action, routed);
      default:
        return {
          kind: "answer",
          status: 500,
          body: `The lab does not support the action ${action?.type ?? "(none)"}.\n`,
        };
    }
  }

  private forward(action: RuleAction, turnOf: string): RoutingResult {
    const groups = action.forward?.targetGroups.map(({ arn, weight }) => ({ key: arn, weight }));
    const turn = this.turns.get(turnOf) ?? new WeightedTurn();
    this.turns.set(turnOf, turn);
    const arn =
      groups === undefined || groups.length === 0 ? action.targetGroupArn : turn.next(groups);
    const lease = arn === undefined ? undefined : this.surroundings.targetGroup(arn)?.next();
    return lease === undefined ? { kind: "answer", status: 503 } : { kind: "target", lease };
  }

  private redirect({ redirect }: RuleAction, request: RoutedRequest): RoutingResult {
    if (!redirect) return { kind: "answer", status: 500 };
    const port = Number(redirect.port);
    const local = Number.isInteger(port) ? this.surroundings.localPort(port) : undefined;
    const location = redirectLocation(
      local === undefined ? redirect : { ...redirect, port: String(local) },
      request,
      { protocol: this.view.listener.protocol, port: this.localPort },
    );
    return {
      kind: "answer",
      status: redirect.statusCode === "HTTP_301" ? 301 : 302,
      headers: { Location: location },
    };
  }
}

/** Source: ELB user guide, "Listeners for your Application Load Balancers", "Protocol: HTTP/HTTPS: WebSockets". */
const isWebSocket = ({ method, headers }: IncomingMessage) =>
  method === "GET" && headers.upgrade?.toLowerCase() === "websocket";

function fixedResponse({ fixedResponse: fixed }: RuleAction): RoutingResult {
  if (!fixed) return { kind: "answer", status: 500 };
  return {
    kind: "answer",
    status: fixed.statusCode,
    headers: { "Content-Type": `${fixed.contentType}; charset=utf-8` },
    body: fixed.messageBody ?? "",
  };
}

function toRoutedRequest(request: IncomingMessage): RoutedRequest {
  const url = request.url ?? "/";
  const at = url.indexOf("?");
  return {
    method: request.method ?? "GET",
    host: (request.headers.host ?? "").replace(/:\d+$/, ""),
    path: at < 0 ? url : url.slice(0, at),
    query: at < 0 ? "" : url.slice(at + 1),
    headers: request.headers,
    sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
  };
}

/** The fields that an Application Load Balancer adds: appends the client's address, replaces the others. */
function forwardedHeaders(
  request: IncomingMessage,
  protocol: string,
  port: number,
): Record<string, string> {
  const before = request.headers["x-forwarded-for"];
  const client = request.socket.remoteAddress ?? "127.0.0.1";
  const trace = request.headers["x-amzn-trace-id"];
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return {
    "x-forwarded-for": before === undefined ? client : `${String(before)}, ${client}`,
    "x-forwarded-proto": protocol.toLowerCase(),
    "x-forwarded-port": String(port),
    "x-amzn-trace-id":
      typeof trace === "string"
        ? trace
        : `Root=1-${seconds.padStart(8, "0")}-${randomUUID().replaceAll("-", "").slice(8)}`,
  };
}

function answer(response: ServerResponse, route: Extract<RoutingResult, { kind: "answer" }>): void {
  const { status, headers } = route;
  response.writeHead(status, {
    Server: "awselb/2.0",
    "Content-Type": "text/html; charset=utf-8",
    ...headers,
  });
  response.end(route.body ?? errorPage(status));
}

function rawResponse(status: number): string {
  const body = errorPage(status);
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nServer: awselb/2.0\r\n` +
    `Content-Type: text/html; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
    `Connection: close\r\n\r\n${body}`
  );
}

function errorPage(status: number): string {
  const title = `${status} ${STATUS_CODES[status] ?? ""}`;
  return `<!doctype html><title>${title}</title><h1>${title}</h1>\n`;
}
