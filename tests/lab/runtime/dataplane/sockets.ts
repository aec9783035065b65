import { connect } from "node:net";

/** Whether anything accepts connections there. */
export function accepts(address: string): Promise<boolean> {
  const [host = "", port] = address.split(":");
  return new Promise((done) => {
    const socket = connect(Number(port), host);
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => {
      done(false);
    });
  });
}

/** Resolves when nothing accepts connections there any more. */
export async function untilSilent(address: string): Promise<void> {
  while (await accepts(address));
}
