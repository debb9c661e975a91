import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createServer, type RequestListener } from "node:http";
import { test, type TestContext } from "node:test";
import { listening } from "#kit/listening.ts";
import { dueTimes, sendAll } from "./generator.ts";

const STALL_MS = 60;

test("requests are due on average as often as they should, and the same for the same seed", () => {
  const due = dueTimes({ count: 20_000, perSecond: 1_000 });
  const last = due.at(-1) ?? 0;
  assert.ok(Math.abs(last - 20_000) < 1_000, `${last}`);
  assert.deepEqual(due, dueTimes({ count: 20_000, perSecond: 1_000 }));
});

test("all requests are sent, over few connections, and their answers counted", async (t) => {
  let answered = 0;
  const target = await listen(t, (_, response) => {
    response.statusCode = ++answered % 10 === 0 ? 503 : 202;
    response.end("ok");
  });
  const { statuses, latencies } = await sendAll(target, requests(50));
  assert.deepEqual(statuses, { 202: 45, 503: 5 });
  assert.ok(latencies.every((latency) => latency > 0));
});

test("a server that stalls delays everything that was due meanwhile", async (t) => {
  let isFirst = true;
  const target = await listen(t, (_, response) => {
    const stallMs = isFirst ? STALL_MS : 0;
    isFirst = false;
    setTimeout(() => response.end("ok"), stallMs);
  });
  const due = Float64Array.from([0, 1, 2, 3]);
  const one = { ...target, connections: 1 };
  const { latencies } = await sendAll(one, requests(4), due);
  assert.ok(latencies.every((latency) => latency > STALL_MS - 5));
});

test("a connection that breaks is an error", async (t) => {
  const target = await listen(t, (request) => request.socket.destroy());
  await assert.rejects(sendAll(target, requests(4)));
});

function requests(count: number): Buffer[] {
  const request = "POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n";
  return Array.from({ length: count }, () => Buffer.from(request));
}

async function listen(t: TestContext, listener: RequestListener) {
  const server = createServer((request, response) => {
    // Else it is sent in chunks, and the generator wants to know the length.
    response.setHeader("Content-Length", 2);
    listener(request, response);
  });
  const port = await listening(server);
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return { host: "127.0.0.1", port, connections: 4 };
}
