/// <reference path="./connection.d.ts" />
import connection from "kafkajs/src/network/connection.js";
import type { Connection } from "kafkajs/src/network/connection.js";

const patchedConnect = sharedBy(connection.prototype.connect);

/**
 * Patches how many sockets a connection has. kafkajs opens one for each request that finds the connection closed, and so for all that come
 * while the first is still opening, which takes a while by TLS. All but the last stay open and logged out, until the
 * broker closes them for being idle: kafkajs takes that for the end of the connection in use, and fails what is under way on it.
 *
 * Safe to call more than once.
 */
export function openOneSocket(): void {
  connection.prototype.connect = patchedConnect;
}

/** An opening that whoever comes meanwhile waits for as well. */
export function sharedBy(
  connect: () => Promise<unknown>,
): (this: Connection) => Promise<unknown> {
  const opening = new WeakMap<Connection, Promise<unknown>>();
  return function () {
    const before = opening.get(this);
    if (before !== undefined) return before;
    const its = connect.call(this).finally(() => opening.delete(this));
    opening.set(this, its);
    return its;
  };
}
