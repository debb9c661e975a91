import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Hono } from "hono";
import { silentLog } from "#runtime/log.ts";
import { serveHttp } from "./http_server.ts";
import { type HeaderPair, JsonAnswer } from "./json_answer.ts";
import { say } from "./test_wire.ts";

/** More than is laid out in a kept room. */
const LONG = "x".repeat(3_000);
const texts = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "é", "€", "\u{1f600}", LONG, `é${LONG}`),
);
const statuses = fc.constantFrom(200, 202, 400, 401, 431, 503);
const further = fc.constantFrom<HeaderPair[]>(
  [],
  [["retry-after", "1"]],
  [["retry-after", "3600"], ["accept-encoding", "identity"]],
);

/** One app that answers as the runtime would, and in our own way. */
async function open() {
  let next = new JsonAnswer(200, "{}");
  const app = new Hono()
    .get("/ours", () => next)
    .get("/runtime", () => {
      const { status, content, further } = next;
      const headers = new Headers({ "content-type": "application/json" });
      for (const [name, value] of further) headers.append(name, value);
      return new Response(content, { status, headers });
    });
  const server = await serveHttp(app, {
    host: "127.0.0.1",
    port: 0,
    portEnv: "SOME_PORT",
    log: silentLog(),
  });
  return {
    answering(answer: JsonAnswer, method: string, ends: boolean) {
      next = answer;
      const connection = ends ? "Connection: close\r\n" : "";
      return Promise.all(["/ours", "/runtime"].map((path) =>
        say(
          server.url,
          `${method} ${path} HTTP/1.1\r\nHost: a\r\n${connection}\r\n`,
        )
      ));
    },
    [Symbol.asyncDispose]: () => server.drain(),
  };
}

test("what is sent is what the runtime's own Response would have sent, whatever the text", async () => {
  await using server = await open();
  await fc.assert(
    fc.asyncProperty(
      statuses,
      texts,
      further,
      fc.constantFrom("GET", "HEAD"),
      fc.boolean(),
      async (status, text, further, method, ends) => {
        const answer = new JsonAnswer(status, JSON.stringify(text), further);
        const [ours, runtime] = await server.answering(answer, method, ends);
        const heard = [ours, runtime].map((one) => ({
          status: one?.status,
          // A second may begin between the two.
          headers: [...one?.headers ?? []].filter(([name]) => name !== "date"),
          hasDate: one?.headers.has("date"),
          body: one?.body,
        }));
        assert.deepEqual(heard[0], heard[1]);
      },
    ),
    { numRuns: 60 },
  );
});

test("whoever asks for a Response has one", async () => {
  const answer = new JsonAnswer(503, '{"detail":"é"}', [["retry-after", "1"]]);
  assert.equal(answer.status, 503);
  assert.equal(answer.ok, false);
  assert.equal(answer.headers.get("Retry-After"), "1");
  assert.equal(answer.headers.get("Content-Type"), "application/json");
  assert.deepEqual(await answer.clone().json(), { detail: "é" });
  assert.equal(await answer.text(), '{"detail":"é"}');
  assert.equal(answer.bodyUsed, true);
});

test("a header that is set later is sent", async () => {
  const app = new Hono().get("/", () => {
    const answer = new JsonAnswer(200, "{}", [["retry-after", "1"]]);
    answer.headers.set("retry-after", "2");
    return answer;
  });
  await using closing = new AsyncDisposableStack();
  const server = await serveHttp(app, {
    host: "127.0.0.1",
    port: 0,
    portEnv: "SOME_PORT",
    log: silentLog(),
  });
  closing.defer(() => server.drain());
  const { headers, body } = await say(
    server.url,
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
  );
  assert.equal(headers.get("retry-after"), "2");
  assert.equal(body, "{}");
});
