import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Hono } from "hono";
import { silentLog } from "#runtime/log.ts";
import type { ClosingReason, PhaseLimits } from "./http_connections.ts";
import type { HttpRefusal } from "./http_refusals.ts";
import { IncomingRequest } from "./incoming_request.ts";
import { serveHttp } from "./http_server.ts";
import { say, Wire } from "./test_wire.ts";

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** A server whose page vouches for a connection where it is asked to, and waits on another. */
async function open(
  { limits = {}, maxConnections = 16 }: {
    limits?: Partial<PhaseLimits>;
    maxConnections?: number;
  } = {},
) {
  const happened: (HttpRefusal | ClosingReason)[] = [];
  const waiting = Promise.withResolvers<void>();
  const answering = Promise.withResolvers<void>();
  const app = new Hono()
    .get("/", (c) => c.text("ok"))
    .get("/vouch", (c) => {
      if (c.req.raw instanceof IncomingRequest) c.req.raw.sender.vouch();
      return c.text("known");
    })
    .get("/wait", async (c) => {
      waiting.resolve();
      await answering.promise;
      return c.text("at last");
    })
    .get("/large", (c) => c.body(new Uint8Array(32 * 1024 * 1024)))
    .post("/", async (c) => c.text(await c.req.text()));
  const warnings: unknown[] = [];
  const log = silentLog().with({});
  log.warn = (...line: unknown[]) => Promise.resolve(void warnings.push(line));
  const server = await serveHttp(app, {
    host: "127.0.0.1",
    port: 0,
    portEnv: "SOME_PORT",
    log,
    limits,
    maxConnections,
    events: {
      listening() {},
      refused: (reason) => happened.push(reason),
      closed: (reason) => happened.push(reason),
    },
  });
  return {
    url: server.url,
    happened,
    warnings,
    waiting: waiting.promise,
    answer: answering.resolve,
    [Symbol.asyncDispose]: () => server.drain(),
  };
}

test("a head that does not come to its end is a 408, and the connection ends", async () => {
  await using server = await open({ limits: { head: 250 } });
  using wire = await Wire.open(server.url);
  wire.send("GET / HTTP/1.1\r\nHost:");
  assert.equal((await wire.answer())?.status, 408);
  await wire.ended;
  assert.deepEqual(server.happened, ["timeout", "request_timeout"]);
});

test("a few blank lines before a request are passed over, and no more", async () => {
  await using server = await open();
  using few = await Wire.open(server.url);
  few.send(`\r\n\r\n${GET}\r\n${GET}`);
  assert.equal((await few.answer())?.status, 200);
  assert.equal((await few.answer())?.status, 200);
  using many = await Wire.open(server.url);
  // It is all of them together that count.
  for (let n = 0; n < 20; n++) many.send("\r\n".repeat(1_000));
  assert.equal((await many.answer())?.status, 400);
  assert.deepEqual(server.happened, ["bad_request"]);
});

test("a byte now and then gives neither a head nor a body more time", async () => {
  await using server = await open({ limits: { head: 500, body: 500 } });
  const post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999\r\n\r\n";
  for (const beginning of ["GET / HTTP/1.1\r\nX: ", post]) {
    using wire = await Wire.open(server.url);
    wire.send(beginning);
    const more = setInterval(() => wire.send("x"), 20);
    assert.equal((await wire.answer())?.status, 408);
    clearInterval(more);
  }
});

test("a body that an app waits for without end is a 408 too", async () => {
  await using server = await open({ limits: { body: 250 } });
  using wire = await Wire.open(server.url);
  wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx");
  assert.equal((await wire.answer())?.status, 408);
  await wire.ended;
});

test("a connection that says nothing is ended, before its first request and behind one", async () => {
  await using server = await open({ limits: { idle: 250 } });
  using silent = await Wire.open(server.url);
  await silent.ended;
  using once = await Wire.open(server.url);
  once.send(GET);
  assert.equal((await once.answer())?.status, 200);
  await once.ended;
  assert.deepEqual(server.happened, ["idle", "idle"]);
});

test("a peer that does not take its answer is not waited for without end", async () => {
  await using server = await open({ limits: { writing: 250 } });
  using wire = await Wire.open(server.url);
  wire.socket.pause();
  wire.send(GET.replace("/", "/large"));
  while (!server.happened.includes("timeout")) {
    await new Promise((next) => setTimeout(next, 10));
  }
});

test("a peer that does not take its answer does not keep the server from draining", async () => {
  const server = await open({ limits: { writing: 3_600_000, lingering: 50 } });
  using wire = await Wire.open(server.url);
  wire.socket.pause();
  wire.send(GET.replace("/", "/large"));
  // One begins before, one while the server ends.
  await say(server.url, GET);
  using late = await Wire.open(server.url);
  late.socket.pause();
  late.send(GET.replace("/", "/large"));
  await server[Symbol.asyncDispose]();
});

test("an app may take its time", async () => {
  await using server = await open({
    limits: { idle: 250, head: 250, body: 250, writing: 250 },
  });
  using slow = await Wire.open(server.url);
  using idle = await Wire.open(server.url);
  slow.send(GET.replace("/", "/wait"));
  await server.waiting;
  await idle.ended;
  server.answer();
  assert.equal((await slow.answer())?.body, "at last");
});

test("where there is no room, who has been unfinished longest goes, and never who is known or at work", async () => {
  await using server = await open();
  using known = await Wire.open(server.url);
  known.send(GET.replace("/", "/vouch"));
  await known.answer();
  using working = await Wire.open(server.url);
  working.send(GET.replace("/", "/wait"));
  await server.waiting;
  const crowd: Wire[] = [];
  for (let n = 0; n < 50; n++) {
    const wire = await Wire.open(server.url);
    // Half of them have had an answer, half are in the middle of a head.
    if (n % 2 === 0) {
      wire.send(GET);
      await wire.answer();
    } else wire.send("GET / HT");
    crowd.push(wire);
    assert.equal((await say(server.url, GET)).status, 200);
  }
  await Promise.all(crowd.slice(0, 30).map(({ ended }) => ended));
  assert.ok(server.happened.includes("crowded"));
  known.send(GET);
  assert.equal((await known.answer())?.status, 200);
  server.answer();
  assert.equal((await working.answer())?.body, "at last");
  for (const wire of crowd) wire.close();
});

test("where everybody is at work, one more is told to come again", async () => {
  await using server = await open({ maxConnections: 16 });
  const working = await Promise.all(
    Array.from({ length: 16 }, async () => {
      const wire = await Wire.open(server.url);
      wire.send(GET.replace("/", "/wait"));
      return wire;
    }),
  );
  await server.waiting;
  const another = async () => {
    using wire = await Wire.open(server.url);
    wire.send(GET);
    return await wire.answer();
  };
  let refused = await another();
  while (refused?.status === 200) refused = await another();
  assert.equal(refused?.status, 503);
  assert.equal(refused?.headers.get("Retry-After"), "1");
  assert.ok(server.happened.includes("full"));
  server.answer();
  for (const wire of working) {
    assert.equal((await wire.answer())?.status, 200);
    wire.close();
  }
});

test("connections that are gone before they are accepted hold nobody up", async () => {
  await using server = await open();
  const { hostname, port } = new URL(server.url);
  // This process stands still meanwhile, and accepts none of them before it is reset.
  const { status } = spawnSync(Deno.execPath(), [
    "eval",
    `import { connect } from "node:net";
    for (let n = 0; n < 50; n++) {
      await new Promise((gone) => {
        const socket = connect(${port}, "${hostname}", () => socket.resetAndDestroy());
        socket.once("close", gone);
      });
    }`,
  ]);
  assert.equal(status, 0);
  assert.equal((await say(server.url, GET)).status, 200);
  assert.deepEqual(server.warnings, []);
});

test("a process that runs out of descriptors goes on, with fewer connections", {
  skip: process.platform === "win32" && "there is no ulimit",
}, async () => {
  const program = fileURLToPath(new URL("test_server.ts", import.meta.url));
  const child = spawn("sh", [
    "-c",
    `ulimit -n 128 && exec "${Deno.execPath()}" run --no-check --allow-all "${program}"`,
  ], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const [url] = await once(lines, "line");
  // None of these goes by itself, and there are more than the process has descriptors.
  const crowd = await Promise.all(
    Array.from({ length: 300 }, () => Wire.open(String(url))),
  );
  for (let n = 0; n < 20; n++) {
    assert.equal((await say(String(url), GET)).status, 200);
  }
  for (const wire of crowd) wire.close();
  // `child.kill` would report the signal in place of the exit code.
  process.kill(child.pid ?? 0, "SIGTERM");
  assert.deepEqual(await ended, [0, null]);
});
