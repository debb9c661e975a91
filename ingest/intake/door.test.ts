import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { say, Wire } from "../http/test_wire.ts";
import { onTheWire, openDoor } from "#kit/intake/test_door.ts";
import { NOW_S, PATH } from "#kit/intake/testing.ts";

const signature = "a".repeat(64);

/** A head that could be a webhook's, signed by nobody. */
function unsigned(lines: string[], timestamp = String(NOW_S)): string {
  return [
    `POST ${PATH} HTTP/1.1`,
    "Host: a",
    `X-Provider-Timestamp: ${timestamp}`,
    `X-Provider-Signature: ${signature}`,
    ...lines,
    "\r\n",
  ].join("\r\n");
}

test("a signed webhook is taken however it is cut into segments and chunks", async () => {
  await using door = await openDoor();
  const { head, body } = onTheWire();
  const chunked = onTheWire({ length: "Transfer-Encoding: chunked" });
  const oneByteChunks = [...body].map((byte) => `1\r\n${byte}\r\n`).join("");
  const requests = [
    head + body,
    `\r\n\r\n${head}${body}`,
    `${chunked.head}${oneByteChunks}0\r\n\r\n`,
    `${chunked.head}${
      body.length.toString(16)
    };a=b\r\n${body}\r\n0\r\nX-Trailer: 1\r\n\r\n`,
  ];
  for (const request of requests) {
    for (const size of [request.length, 100, 7, 1]) {
      using wire = await Wire.open(door.url);
      wire.socket.setNoDelay(true);
      for (let at = 0; at < request.length; at += size) {
        wire.send(request.slice(at, at + size));
        if (at % 50 === 0) await new Promise((next) => setImmediate(next));
      }
      assert.equal((await wire.answer())?.status, 202);
      const { value } = door.published.pop() ?? {};
      assert.equal(value?.toString("latin1"), body);
    }
  }
});

test("requests sent at once are answered one by one, in their order", async () => {
  await using door = await openDoor();
  const { head, body } = onTheWire();
  using wire = await Wire.open(door.url);
  const health = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
  wire.send((head + body + health).repeat(20));
  for (let n = 0; n < 20; n++) {
    assert.equal((await wire.answer())?.status, 202);
    assert.equal((await wire.answer())?.status, 200);
  }
  assert.equal(door.published.length, 20);
});

test("a sender that closes its half behind the webhook has its answer", async () => {
  await using door = await openDoor();
  const { head, body } = onTheWire();
  for (let round = 0; round < 20; round++) {
    using wire = await Wire.open(door.url);
    wire.send(head + body);
    wire.endSending();
    assert.equal((await wire.answer())?.status, 202);
    await wire.ended;
  }
  assert.equal(door.published.length, 20);
});

test("an upgrade that is not offered is ignored", async () => {
  await using door = await openDoor();
  const { head, body } = onTheWire({
    lines: [
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    ],
  });
  assert.equal((await say(door.url, head + body)).status, 202);
});

test("150 headers are taken", async () => {
  await using door = await openDoor();
  const lines = Array.from({ length: 150 }, (_, n) => `X-Header-${n}: value`);
  const { head, body } = onTheWire({ lines });
  assert.equal((await say(door.url, head + body)).status, 202);
});

test("whatever is refused says why in JSON, and is counted", async () => {
  await using door = await openDoor();
  const get = (lines: string) => `GET /health HTTP/1.1\r\n${lines}\r\n\r\n`;
  const coded = (coding: string) =>
    unsigned(["Content-Length: 1", `Content-Encoding: ${coding}`]);
  const http = (reason: string) => `http_refused_total{reason="${reason}"}`;
  const webhooks = (result: string) => `requests_total{result="${result}"}`;
  const cases: [string, number, string][] = [
    [get("Host: a/b"), 400, http("bad_host")],
    [get("Host: user@a"), 400, http("bad_host")],
    [get("Host: a:99999"), 400, http("bad_host")],
    [get("Host: "), 400, http("bad_host")],
    [get("X: y"), 400, http("bad_host")],
    [get("Host: a\r\nHost: a"), 400, http("bad_host")],
    [get("Host: a\r\nX : y"), 400, http("bad_request")],
    [get("Host: a\r\nX: y\r\n z"), 400, http("bad_request")],
    ["\x16\x03\x01\r\n\r\n", 400, http("bad_request")],
    [
      unsigned(["Content-Length: 3", "Transfer-Encoding: chunked"]),
      400,
      http("bad_request"),
    ],
    [
      unsigned(["Content-Length: 3", "Content-Length: 4"]),
      400,
      http("bad_request"),
    ],
    [unsigned(["Transfer-Encoding: gzip"]), 501, http("not_implemented")],
    ["CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501, http("not_implemented")],
    [
      unsigned(["Content-Length: 1", "Expect: tea"]),
      417,
      http("expectation_failed"),
    ],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, http("http_version")],
    ["GET /\r\n\r\n", 505, http("http_version")],
    [
      get(`Host: a\r\nX: ${"y".repeat(24 * 1024)}`),
      431,
      http("headers_too_large"),
    ],
    [
      unsigned([`X: ${"y".repeat(17 * 1024)}`]),
      431,
      webhooks("headers_too_large"),
    ],
    ["GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404, http("not_found")],
    [
      `GET ${PATH} HTTP/1.1\r\nHost: a\r\n\r\n`,
      405,
      http("method_not_allowed"),
    ],
    [
      "DELETE /health HTTP/1.1\r\nHost: a\r\n\r\n",
      405,
      http("method_not_allowed"),
    ],
    [coded("gzip"), 415, webhooks("unsupported_encoding")],
    [coded("br"), 415, webhooks("unsupported_encoding")],
    [unsigned(["Content-Length: 9999999"]), 413, webhooks("too_large")],
    [
      `${unsigned(["Transfer-Encoding: chunked"])}x\r\n`,
      400,
      webhooks("broken_body"),
    ],
  ];
  for (const [request, status, series] of cases) {
    const before = await door.count(series);
    const answer = await say(door.url, request);
    const what = JSON.stringify(request.slice(0, 200));
    assert.equal(answer.status, status, what);
    assert.match(JSON.parse(answer.body).detail, /^[A-Z].*\.$/s, what);
    assert.equal(answer.headers.get("Content-Type"), "application/json", what);
    assert.equal(await door.count(series), before + 1, what);
  }
});

test("405 says which methods there are, 415 which coding", async () => {
  await using door = await openDoor();
  const allow = async (method: string, path: string) =>
    (await say(door.url, `${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`))
      .headers.get("Allow");
  assert.equal(await allow("PUT", PATH), "POST");
  assert.equal(await allow("POST", "/health"), "GET, HEAD");
  const coded = unsigned(["Content-Length: 1", "Content-Encoding: gzip"]);
  const { headers } = await say(door.url, coded);
  assert.equal(headers.get("Accept-Encoding"), "identity");
});

test("what cannot be good is refused before its body is there", async () => {
  await using door = await openDoor();
  const declared = ["Content-Length: 1000"];
  const stale = unsigned(declared, String(NOW_S - 301));
  assert.equal((await say(door.url, stale)).status, 401);
  const unlike = unsigned(declared).replace(signature, "not a signature");
  assert.equal((await say(door.url, unlike)).status, 401);
  assert.equal(await door.count('requests_total{result="stale_timestamp"}'), 1);
});

test("bodies that are declared and do not come take nothing from the budget", async () => {
  await using door = await openDoor({
    env: { EVENTFLOW_INTAKE_MAX_READING_BYTES: "1048576" },
  });
  const idle: Wire[] = [];
  for (let n = 0; n < 90; n++) {
    const wire = await Wire.open(door.url);
    wire.send(
      unsigned([`Content-Length: ${n % 2 === 0 ? 16_000 : 1_000_000}`]),
    );
    idle.push(wire);
  }
  const filled = JSON.stringify({ padding: "x".repeat(100_000) });
  const { head, body } = onTheWire({ bytes: new TextEncoder().encode(filled) });
  for (let n = 0; n < 5; n++) {
    assert.equal((await say(door.url, head + body)).status, 202);
  }
  for (const wire of idle) wire.close();
});

test("large bodies that stop short of their end do not keep good ones out", async () => {
  await using door = await openDoor({
    env: { EVENTFLOW_INTAKE_MAX_READING_BYTES: "2097152" },
  });
  const stalled: Wire[] = [];
  for (let n = 0; n < 20; n++) {
    const wire = await Wire.open(door.url);
    wire.send(unsigned(["Content-Length: 1000000"]));
    wire.send("x".repeat(999_999));
    stalled.push(wire);
  }
  const { head, body } = onTheWire();
  // Head and body apart, so that the body has to be waited for.
  using good = await Wire.open(door.url);
  for (let n = 0; n < 20; n++) {
    good.send(head);
    await new Promise((next) => setImmediate(next));
    good.send(body);
    assert.equal((await good.answer())?.status, 202);
  }
  for (const wire of stalled) wire.close();
});

test("a body that does not come in time is a 408, one that is too large a 413, and both end the connection", async () => {
  await using door = await openDoor({
    env: { EVENTFLOW_INTAKE_BODY_TIMEOUT_MS: "20" },
    limits: { lingering: 250 },
  });
  const cases: [string, number][] = [
    [`${unsigned(["Content-Length: 100"])}x`, 408],
    [`${unsigned(["Transfer-Encoding: chunked"])}1\r\nx\r\n`, 408],
    [`${unsigned(["Content-Length: 2000000"])}x`, 413],
  ];
  for (const [request, status] of cases) {
    using wire = await Wire.open(door.url);
    wire.send(request);
    const answer = await wire.answer();
    assert.equal(answer?.status, status);
    assert.equal(answer?.headers.get("Connection"), "close");
    await wire.ended;
    // Whatever is sent on is not read for ever: the connection is gone, and its reset ends this one.
    const gone = new Promise((resolve) => wire.socket.once("close", resolve));
    const more = setInterval(() => wire.send("x".repeat(1_000)), 10);
    await gone;
    clearInterval(more);
  }
});

test("bodies in one-byte chunks take the memory of their bytes", async () => {
  await using door = await openDoor();
  const chunks = "1\r\nx\r\n".repeat(16_384);
  const request = `${unsigned(["Transfer-Encoding: chunked"])}${chunks}`;
  const before = process.memoryUsage().rss;
  const wires = await Promise.all(
    Array.from({ length: 40 }, () => Wire.open(door.url)),
  );
  // None of them ends, so that all that is held is held at once.
  for (const wire of wires) wire.send(request);
  const read = async () =>
    (await door.count("connections")) === 40 &&
    wires.every(({ socket }) => socket.writableLength === 0);
  while (!await read()) await new Promise((next) => setTimeout(next, 10));
  for (const wire of wires) wire.send("0\r\n\r\n");
  for (const wire of wires) assert.equal((await wire.answer())?.status, 401);
  const grownBytes = process.memoryUsage().rss - before;
  assert.ok(grownBytes < 150_000_000, `${grownBytes} bytes`);
  for (const wire of wires) wire.close();
});

test("trailers and chunk extensions without end are no body", async () => {
  await using door = await openDoor();
  const head = unsigned(["Transfer-Encoding: chunked"]);
  for (const junk of ["1\r\nx\r\n0\r\nX: ", "1;"]) {
    using wire = await Wire.open(door.url);
    wire.send(`${head}${junk}${"y".repeat(100_000)}`);
    assert.equal((await wire.answer())?.status, 400);
  }
  assert.equal(await door.count('requests_total{result="broken_body"}'), 2);
});

const hasJava = spawnSync("java", ["-version"]).status === 0;

test(
  "Java's own client, which asks for HTTP/2 by default, has its webhook accepted",
  {
    skip: !hasJava && "there is no java",
  },
  async () => {
    await using door = await openDoor();
    const program = fileURLToPath(new URL("JavaClient.java", import.meta.url));
    const { head, body } = onTheWire();
    const header = (name: string) =>
      new RegExp(`^${name}: (.*)$`, "mi").exec(head)?.[1]?.trim() ?? "";
    const output = await run("java", [
      program,
      `${door.url}${PATH}`,
      header("X-Provider-Timestamp"),
      header("X-Provider-Signature"),
      body,
    ]);
    assert.equal(output, "202 HTTP_1_1\n".repeat(3));
    assert.equal(door.published.length, 3);
  },
);

async function run(program: string, args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, {
    args,
    stdout: "piped",
  }).output();
  return new TextDecoder().decode(stdout);
}
