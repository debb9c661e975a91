import type { Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { describeError } from "./errors.ts";

/** How a handshake ended: with a connection, or why not; neither if the other end left without a word. */
export type Handshake = {
  readonly secured?: TLSSocket;
  readonly problem?: string;
};

/** Greets by TLS over a connection that is there. Nothing secret is sent. */
export function greet(
  socket: Socket,
  ssl: ConnectionOptions,
): Promise<Handshake> {
  return new Promise((resolve) => {
    const secured = connect({ ...ssl, socket });
    secured.once("secureConnect", () => resolve({ secured }));
    // For as long as it lives: what breaks later is its user's to notice, and no reason to end the process.
    secured.on(
      "error",
      (error: Error) => resolve({ problem: describeError(error) }),
    );
    secured.once("close", () => resolve({}));
  });
}
