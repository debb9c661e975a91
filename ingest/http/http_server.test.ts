import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Log } from "#runtime/log.ts";
import { silentLog } from "#runtime/log.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { serveHttp } from "./http_server.ts";

const listenOn = { host: "127.0.0.1", port: 0, portEnv: "SOME_PORT" };

function start(app: Hono, log: Log = silentLog()) {
  return serveHttp(app, { ...listenOn, log });
}

/** An app whose one request can be seen to have begun, and whose body is echoed. */
function echo() {
  const began = Promise.withResolvers<void>();
  const app = new Hono().post("/", async (c) => {
    began.resolve();
    return c.text(await c.req.text());
  });
  return { app, began: began.promise };
}

/** A body of which `first` is sent at once and the rest when `send` is called. */
function slowBody(first: string) {
  const rest = Promise.withResolvers<string>();
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(new TextEncoder().encode(first));
      controller.enqueue(new TextEncoder().encode(await rest.promise));
      controller.close();
    },
  });
  return { body, send: rest.resolve };
}

test("a body that is still arriving is read to its end while draining", async () => {
  const { app, began } = echo();
  const server = await start(app);
  const { body, send } = slowBody("first ");
  const answer = fetch(server.url, { method: "POST", body });
  await began;
  const drained = server.drain();
  send("last");
  const response = await answer;
  assert.equal(await response.text(), "first last");
  await drained;
  await assert.rejects(fetch(server.url));
});

test("to look whether a request has a body does not read it", async () => {
  const app = new Hono().post(
    "/",
    async (c) => c.text(c.req.raw.body === null ? "none" : await c.req.text()),
  );
  const server = await start(app);
  const post = async (body?: BodyInit) =>
    await (await fetch(server.url, { method: "POST", ...body && { body } }))
      .text();
  assert.equal(await post("all of it"), "all of it");
  assert.equal(await post(), "none");
  await server.drain();
});

test("a request that arrives while draining is served once and its connection closed", async () => {
  const { app, began } = echo();
  const server = await start(app);
  const { body, send } = slowBody("");
  const slow = fetch(server.url, { method: "POST", body });
  await began;
  const drained = server.drain();
  const late = await fetch(server.url, { method: "POST", body: "late" });
  assert.equal(late.headers.get("Connection"), "close");
  assert.equal(await late.text(), "late");
  send("");
  await (await slow).text();
  await drained;
});

test("requests that keep arriving while draining are refused in the end", async () => {
  const { app, began } = echo();
  const server = await start(app);
  const { body, send } = slowBody("");
  const slow = fetch(server.url, { method: "POST", body });
  await began;
  const drained = server.drain();
  let status = 0;
  while (status !== 503) {
    const late = await fetch(server.url, { method: "POST", body: "late" });
    await late.text();
    status = late.status;
  }
  send("");
  await (await slow).text();
  await drained;
});

test("an idle connection does not keep the server from draining", async () => {
  const server = await start(new Hono());
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await new Promise((resolve) => socket.once("connect", resolve));
  await server.drain();
  socket.destroy();
  await closed;
});

test("a client that goes away in the middle of its body does not keep the server from draining", async () => {
  const { app, began } = echo();
  const server = await start(app);
  const gone = new AbortController();
  const { body, send } = slowBody("half");
  const answer = fetch(server.url, {
    method: "POST",
    body,
    signal: gone.signal,
  });
  await began;
  gone.abort();
  await assert.rejects(answer);
  send("");
  await server.drain();
});

test("a taken port is one sentence that says what to set", async () => {
  const server = await start(new Hono());
  const port = Number(new URL(server.url).port);
  await assert.rejects(
    serveHttp(new Hono(), { ...listenOn, port, log: silentLog() }),
    (error) =>
      error instanceof StartError && error.message.includes("SOME_PORT") &&
      error.message.includes(`Port ${port} on 127.0.0.1 is taken`),
  );
  await server.drain();
});

test("a handler that throws gives a 500 that tells nothing, and a log line that tells all", async () => {
  const lines: unknown[] = [];
  const log = silentLog().with({});
  log.error = (...line: unknown[]) => Promise.resolve(void lines.push(line));
  const app = new Hono().get("/", () => {
    throw new Error("outside", { cause: new Error("inside") });
  });
  const server = await start(app, log);
  const response = await fetch(server.url);
  assert.equal(response.status, 500);
  assert.deepEqual(await response.json(), {
    detail: "The service failed to answer.",
  });
  assert.match(JSON.stringify(lines), /outside: inside/);
  await server.drain();
});

test("an HTTPException keeps its status, and an unknown page is a 404 in JSON", async () => {
  const app = new Hono().get("/", () => {
    throw new HTTPException(418, { message: "short and stout" });
  });
  const server = await start(app);
  const teapot = await fetch(server.url);
  assert.equal(teapot.status, 418);
  assert.deepEqual(await teapot.json(), { detail: "short and stout" });
  const unknown = await fetch(`${server.url}/unknown`);
  assert.equal(unknown.status, 404);
  assert.deepEqual(await unknown.json(), {
    detail: "There is no such page.",
  });
  await server.drain();
});
