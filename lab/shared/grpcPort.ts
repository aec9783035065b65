import { type AddressInfo, createServer } from "node:net";

import * as grpc from "@grpc/grpc-js";

import { assertPeersKnown, isOwnPeer } from "./ownPeers.cjs";

/** The port of a gRPC server. */
export interface GrpcPort {
  readonly port: number;
  /** Stops accepting connections; shut down the server itself afterwards. */
  close(): void;
}

/**
 * Makes a gRPC server listen on 127.0.0.1 for processes of its own user and root only: gRPC itself does not
 * authenticate clients, and the engine has no secret to send to a provider or a language host.
 *
 * @param port 0 picks a free one
 * @throws Error if the port is taken
 */
export async function listenForOwnUser(server: grpc.Server, port = 0): Promise<GrpcPort> {
  assertPeersKnown();
  const injector = server.createConnectionInjector(grpc.ServerCredentials.createInsecure());
  const front = createServer((socket) => {
    if (isOwnPeer(socket)) injector.injectConnection(socket);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    front.once("error", reject);
    front.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (front.address() as AddressInfo).port,
    close: () => {
      front.close();
    },
  };
}
