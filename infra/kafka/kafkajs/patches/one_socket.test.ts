import assert from "node:assert/strict";
import { connect, createServer } from "node:net";
import { test } from "node:test";
import Connection from "kafkajs/src/network/connection.js";
import { listening } from "#kit/listening.ts";
import { openOneSocket } from "./one_socket.ts";
import { onceMoreAnew } from "./refused_login.ts";

const silent = { debug() {}, error() {}, info() {}, warn() {} };

test("requests that come while a connection opens anew share its one socket", async () => {
  openOneSocket();
  let opened = 0;
  const server = createServer((socket) => socket.on("error", () => {}));
  const connection = new Connection({
    host: "127.0.0.1",
    port: await listening(server),
    logger: { ...silent, namespace: () => silent },
    socketFactory: ({ host, port, onConnect }) => {
      opened += 1;
      return connect({ host, port }, onConnect);
    },
    sasl: { mechanism: "oauthbearer" },
    requestTimeout: 1_000,
    connectionTimeout: 1_000,
  });
  try {
    await connection.connect();
    connection.authenticatedAt = [1, 0];
    const others: Promise<unknown>[] = [];
    const close = connection.disconnect.bind(connection);
    connection.disconnect = async () => {
      await close();
      others.push(connection.connect(), connection.connect());
    };
    const login = onceMoreAnew(() => {
      if (opened === 2) return Promise.resolve();
      // As soon as the refused one is closed.
      connection.socket.once(
        "close",
        () => others.push(connection.connect(), connection.connect()),
      );
      return Promise.reject(new Error("refused"));
    });
    await login.call({ connection, authenticate: () => Promise.resolve() });
    await Promise.all(others);
    assert.equal(others.length, 2);
    assert.equal(opened, 2);
    connection.disconnect = close;
  } finally {
    await connection.disconnect();
    server.close();
  }
});
