import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

/**
 * Has a server listen on loopback, at a port that was free.
 *
 * @returns the port
 */
export async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on an address has one.
  const { port } = server.address() as AddressInfo;
  return port;
}
