import assert from "node:assert/strict";
import { test } from "node:test";
import { Attacker } from "./attacker.ts";
import type { Caps } from "./attack.ts";

const caps: Caps = { connections: 100, bytes: 1_000 };

test("an attacker opens no more connections than its cap", async () => {
  await using server = listener();
  const attacker = server.attacker({ ...caps, connections: 5 });
  await attacker.sideBySide(3, () => Promise.resolve(), { againAfterMs: 0 });
  assert.equal(attacker.result.connections, 5);
  await server.accepted(5);
});

test("an attacker resets no more connections than its cap", async () => {
  await using server = listener();
  const attacker = server.attacker({ ...caps, connections: 5 });
  await attacker.reset(3);
  assert.equal(attacker.result.connections, 5);
});

test("an attacker sends no more bytes than its cap", async () => {
  await using server = listener();
  const attacker = server.attacker({ connections: 1, bytes: 1_000 });
  await attacker.sideBySide(1, async (connection) => {
    while (await connection.write("x".repeat(300)));
  });
  assert.equal(attacker.result.bytes, 900);
});

test("when its time is up, an attacker hangs up: whoever waits for an answer is told", async () => {
  await using server = listener();
  const timeUp = new AbortController();
  const attacker = server.attacker(caps, timeUp.signal);
  const waiting = attacker.sideBySide(4, async (connection) => {
    await connection.write("x");
    await connection.readOn();
  });
  await server.accepted(4);
  timeUp.abort();
  await waiting;
  assert.equal(attacker.result.connections, 4);
  assert.ok(attacker.isOver);
});

test("an attacker counts the statuses that its attackers read", async () => {
  await using server = listener("HTTP/1.1 431 Too much\r\n\r\n");
  const attacker = server.attacker({ connections: 2, bytes: 1_000 });
  await attacker.sideBySide(2, (connection) => connection.readOn());
  assert.deepEqual(attacker.result.answers, { 431: 2 });
});

/** Accepts connections; with an answer it sends that and hangs up. */
function listener(answer?: string) {
  const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  let onAccepted = () => {};
  const accepting = (async () => {
    for await (const connection of server) {
      open.push(connection);
      if (answer !== undefined) {
        await connection.write(new TextEncoder().encode(answer));
        await connection.closeWrite();
      }
      onAccepted();
    }
  })();
  return {
    attacker(caps: Caps, timeUp = new AbortController().signal) {
      const { port } = server.addr as Deno.NetAddr;
      return new Attacker({ host: "127.0.0.1", port }, caps, timeUp);
    },
    async accepted(count: number) {
      while (open.length < count) {
        await new Promise<void>((resolve) => onAccepted = resolve);
      }
    },
    async [Symbol.asyncDispose]() {
      server.close();
      await accepting;
      for (const connection of open) connection.close();
    },
  };
}
