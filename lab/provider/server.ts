import { isDeepStrictEqual } from "node:util";

import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";

import packageManifest from "@pulumi/aws/package.json";

import type { Account } from "../account/account";
import type { Properties } from "../account/resourceType";
import { listenForOwnUser } from "../shared/grpcPort";
import { messageOf } from "../shared/messageOf";
import { AwsProvider, checkFailure, diffResponse } from "./awsProvider";
import { checkConfiguration, readConfiguration, type Configuration } from "./configuration";
import type { Diff } from "./diff";
import { EngineCall } from "./engineCall";
import { InitializationError } from "./initializationError";
import { invoke, secretResults } from "./invokes";
import type { Settle } from "./settling";
import { decode, encode } from "./wire";

/** The version that the server reports: that of @pulumi/aws. */
const awsVersion = packageManifest.version;

/** Packages whose providers the server replaces. */
const PACKAGES = ["aws", "awsx", "docker-build", "random"] as const;

/** Maximum message size; the engine sends up to 400 MiB. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export interface ProviderServer {
  readonly port: number;
  /** Value of `PULUMI_DEBUG_PROVIDERS` that makes the engine use this server. */
  readonly debugProviders: string;
  close(): Promise<void>;
}

export interface ProviderServerOptions {
  /** @default 0, a free port */
  readonly port?: number;
  /** @default the resource is ready at once */
  readonly settle?: Settle;
}

/** One engine's connection for one provider resource; the engine opens one for each. */
interface Connection {
  engineAddress?: string;
  configuration?: Configuration;
  /** Aborted when the engine cancels its calls. */
  readonly cancelled: AbortController;
}

/**
 * Serves the providers of the offline account on 127.0.0.1, to this process's user only.
 *
 * @throws Error if the port is taken.
 */
export async function serveProviders(
  account: Account,
  options: ProviderServerOptions = {},
): Promise<ProviderServer> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, handlers(account, options));
  const door = await listenForOwnUser(server, options.port);
  const { port } = door;
  return {
    port,
    debugProviders: PACKAGES.map((name) => `${name}:${port}`).join(","),
    close: () =>
      new Promise((resolve) => {
        door.close();
        // Calls in progress get a moment to finish. An engine that keeps its connection open, or never confirms that it
        // is closed, must not keep this process alive; tryShutdown would wait for it forever.
        const force = setTimeout(() => {
          server.forceShutdown();
          resolve();
        }, 1_000);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      }),
  };
}

/** Loads the code that constructs components only when a program may have one, since it includes all of @pulumi/aws. */
export function loadComponents(): typeof import("./awsx/construct") {
  return require("./awsx/construct") as typeof import("./awsx/construct");
}

function handlers(
  account: Account,
  options: ProviderServerOptions,
): grpc.UntypedServiceImplementation {
  const provider = new AwsProvider(account, options.settle);
  const connections = new Map<string, Connection>();

  const connectionOf = (call: { getPeer(): string }): Connection => {
    const peer = call.getPeer();
    const connection = connections.get(peer) ?? { cancelled: new AbortController() };
    connections.set(peer, connection);
    return connection;
  };

  const configurationOf = (connection: Connection): Configuration => {
    if (connection.configuration) return connection.configuration;
    throw new Error("the provider was not configured on this connection");
  };

  /** Makes a handler that answers with the value of a function, or with the error it throws. */
  const unary =
    <Request, Response>(
      handle: (
        request: Request,
        connection: Connection,
        call: EngineCall,
      ) => Response | Promise<Response>,
    ): grpc.handleUnaryCall<Request, Response> =>
    (call, callback) => {
      const connection = connectionOf(call);
      const { cancelled, engineAddress } = connection;
      const engineCall = new EngineCall(call, cancelled.signal, engineAddress);
      Promise.resolve()
        .then(() => handle(call.request, connection, engineCall))
        .finally(() => engineCall.close())
        .then(
          (response) => {
            callback(null, response);
          },
          (error: unknown) => {
            callback(
              error instanceof InitializationError
                ? error.status
                : { code: grpc.status.UNKNOWN, details: messageOf(error) },
            );
          },
        );
    };

  const notImplemented = unary(() => {
    throw new Error("the offline account does not support this");
  });

  return {
    handshake: unary((request: proto.ProviderHandshakeRequest, connection) => {
      connection.engineAddress = request.getEngineAddress();
      delete connection.configuration;
      const response = new proto.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setAcceptResources(true);
      response.setAcceptOutputs(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: unary((request: PluginAttach, connection) => {
      connection.engineAddress = request.getAddress();
      return new Empty();
    }),
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(awsVersion);
      return info;
    }),
    getSchema: unary(() => {
      const response = new proto.GetSchemaResponse();
      response.setSchema("{}");
      return response;
    }),
    checkConfig: unary((request: proto.CheckRequest) => {
      const { properties, secretKeys } = decode(request.getNews());
      const response = new proto.CheckResponse();
      response.setInputs(encode(properties, secretKeys));
      if (isAws(request.getUrn())) {
        response.setFailuresList(checkConfiguration(properties).map(checkFailure));
      }
      return response;
    }),
    diffConfig: unary((request: proto.DiffRequest) => {
      const olds = decode(request.getOldInputs()).properties;
      const news = decode(request.getNews()).properties;
      return diffResponse(diffConfiguration(isAws(request.getUrn()), olds, news));
    }),
    configure: unary((request: proto.ConfigureRequest, connection) => {
      if (request.getType() === "" || request.getType() === "pulumi:providers:aws") {
        connection.configuration = readConfiguration(decode(request.getArgs()).properties);
      }
      // docker-build has no region: the registry's is in each tag. random has none either.
      if (/^pulumi:providers:(docker-build|random)$/.test(request.getType() ?? "")) {
        connection.configuration = { region: "", defaultTags: {} };
      }
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setAcceptresources(true);
      response.setAcceptoutputs(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    invoke: unary(async (request: proto.InvokeRequest, connection) => {
      const { properties, secretKeys } = decode(request.getArgs());
      const token = request.getTok();
      const result = await invoke(account, configurationOf(connection), token, properties);
      const response = new proto.InvokeResponse();
      response.setReturn(encode(result, new Set([...secretKeys, ...secretResults(token)])));
      return response;
    }),
    check: unary((request: proto.CheckRequest, connection) =>
      provider.check(request, configurationOf(connection)),
    ),
    diff: unary((request: proto.DiffRequest) => provider.diff(request)),
    create: unary((request: proto.CreateRequest, connection, call) =>
      provider.create(request, configurationOf(connection), call),
    ),
    read: unary((request: proto.ReadRequest) => provider.read(request)),
    update: unary((request: proto.UpdateRequest, _, call) => provider.update(request, call)),
    delete: unary((request: proto.DeleteRequest) => provider.delete(request)),
    construct: unary((request: proto.ConstructRequest, connection) => {
      const { construct } = loadComponents();
      return construct(request, connection.engineAddress ?? "");
    }),
    cancel: unary((_: Empty, { cancelled }) => {
      cancelled.abort(new Error("cancelled"));
      return new Empty();
    }),
    getMapping: unary(() => new proto.GetMappingResponse()),
    getMappings: unary(() => new proto.GetMappingsResponse()),
    parameterize: notImplemented,
    call: notImplemented,
    list: (call: grpc.ServerWritableStream<proto.ListRequest, proto.ListResponse>) => {
      call.emit("error", { code: grpc.status.UNIMPLEMENTED, details: "list is not supported" });
    },
  };
}

function diffConfiguration(isAws: boolean, olds: Properties, news: Properties): Diff {
  const keys = new Set([...Object.keys(olds), ...Object.keys(news)]);
  const changed = [...keys].filter((key) => !isDeepStrictEqual(olds[key], news[key]));
  // A resource cannot move to another region, so neither can its provider.
  const replaces = isAws ? changed.filter((key): boolean => key === "region") : [];
  return {
    changes: new Map(
      changed.map((key) => [key, { kind: "update", replaces: replaces.includes(key) }]),
    ),
    replaces,
    deleteBeforeReplace: false,
  };
}

function isAws(urn: string): boolean {
  return urn.includes("::pulumi:providers:aws::");
}
