/**
 * Brokers at IPv6 addresses. kafkajs 2.2.4, its last release, takes the text before the first colon of a broker to
 * begin with for its host. So it is given such an address in a form that has no colon, and the sockets it asks for
 * are made here, where the form is turned back. A client that is told host and port apart ends this.
 *
 * @module
 */
import type { ISocketFactory } from "kafkajs";
import { connect as connectPlain } from "node:net";
import { connect as connectByTls, type ConnectionOptions } from "node:tls";
import { parseBroker } from "../broker_address.ts";

/** As in Windows' UNC paths, for the same reason; nobody else's names end so. */
const SUFFIX = ".ipv6-literal.net";

/** kafkajs's own. */
const KEEP_ALIVE_DELAY_MS = 60_000;

/** `host:port` as kafkajs can read it. */
export function withoutColons(broker: string): string {
  const { host, port } = parseBroker(broker) ?? {};
  return host?.includes(":")
    ? `${host.replaceAll(":", "-")}${SUFFIX}:${port}`
    : broker;
}

/** The host that `withoutColons` was given. */
export function hostBehind(host: string): string {
  return host.endsWith(SUFFIX)
    ? host.slice(0, -SUFFIX.length).replaceAll("-", ":")
    : host;
}

/**
 * Makes sockets as kafkajs itself does, but for the names of their hosts.
 *
 * @param tls what a connection to a host is encrypted with, asked for each; false if it is not
 */
export function socketsBy(
  tls: (host: string) => false | ConnectionOptions,
): ISocketFactory {
  return ({ host: named, port, onConnect }) => {
    const host = hostBehind(named);
    const options = tls(host);
    const socket = options === false
      ? connectPlain({ host, port }, onConnect)
      : connectByTls({ ...options, host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    return socket;
  };
}
