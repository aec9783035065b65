import type { Socket } from "node:net";

/** Address and port. */
type End = readonly [address: string, port: number];

/** Whether the other end of a connection to 127.0.0.1 belongs to this process's user, or to root. */
export declare function isOwnPeer(
  socket: Pick<Socket, "destroyed" | "localAddress" | "localPort" | "remoteAddress" | "remotePort">,
): boolean;

/** @throws Error with the remedy if {@link isOwnPeer} would reject everybody */
export declare function assertPeersKnown(): void;

/** As {@link isOwnPeer}, for systems without /proc. */
export declare function isOwnByLsof(
  ends: { readonly from: End; readonly to: End },
  uid: number,
): boolean;
