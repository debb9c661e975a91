import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/**
 * Below the ports that systems give to outgoing connections (from 32768 on Linux, from 49152 by RFC
 * 6335 §6). A port of those can be taken while a server restarts, even by a client that tries to reach
 * that very server: a connection to a free port out of the same port connects to itself.
 */
const FIRST_PORT = 10_000;
const LAST_PORT = 32_767;

const handedOut = new Set<number>();

/** A TCP port on loopback that nobody listens on at the moment, another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isPortFree(port)) return port;
  }
}

/** Whether a TCP port on loopback can be listened on. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(
      { port, host: "127.0.0.1" },
      () => server.close(() => resolve(true)),
    );
  });
}
