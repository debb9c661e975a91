import { isIPv4 } from "node:net";

/** Where an attack goes to. */
export type Target = { readonly host: string; readonly port: number };

/**
 * The target of a URL, if it is this machine by its number: a name could be anybody's.
 *
 * @throws {Error} if it is not
 */
export function loopbackTarget(url: string): Target {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const isLoopback = host === "::1" ||
    (isIPv4(host) && host.startsWith("127."));
  if (!isLoopback || protocol !== "http:" || port === "") {
    throw new Error(
      `Attacks go to loopback only, as http://127.0.0.1:PORT: not to ${url}`,
    );
  }
  return { host, port: Number(port) };
}
