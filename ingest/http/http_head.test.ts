import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { parseHead } from "./http_head.ts";

function parse(text: string) {
  return parseHead(Buffer.from(text, "latin1"), text);
}

const GET = (lines: string) => `GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;

test("a head is its method, target, headers, and what they say of the body", () => {
  const head = parse(
    "POST /a?b HTTP/1.1\r\nHost: [::1]:80\r\nX:\r\nY: \t\r\nZ:  \xe9 z \t\r\nContent-Length: 7\r\nExpect: 100-Continue\r\n\r\n",
  );
  assert.deepEqual(head, {
    method: "POST",
    target: "/a?b",
    host: "[::1]:80",
    headers: [
      ["Host", "[::1]:80"],
      ["X", ""],
      ["Y", ""],
      ["Z", "\xe9 z"],
      ["Content-Length", "7"],
      ["Expect", "100-Continue"],
    ].flat(),
    keepsAlive: true,
    body: 7,
    expectsContinue: true,
  });
});

test("a connection is kept unless the request says otherwise or is HTTP/1.0", () => {
  const keeps = (text: string) => {
    const head = parse(text);
    return typeof head === "string" ? head : head.keepsAlive;
  };
  assert.equal(keeps(GET("")), true);
  assert.equal(keeps(GET("Connection: close\r\n")), false);
  assert.equal(keeps(GET("Connection: x, Close\r\n")), false);
  assert.equal(keeps("GET / HTTP/1.0\r\n\r\n"), false);
  // Who speaks 1.0 and asks for it has to be told that it is kept, or waits for the end of the connection.
  assert.equal(
    keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
    false,
  );
});

test("a host is a name or an address, with a port or without", () => {
  const hosts = ["a", "a.b-c_d", "192.0.2.1:8000", "[2001:db8::1]", "[::1]:1"];
  for (const host of hosts) {
    const head = parse(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.ok(typeof head !== "string" && head.host === host, host);
  }
  const others = ["", "a b", "a/b", "a?b", "a#b", "u@a", "a:", "a:b", "::1"];
  for (const host of [...others, "a:65536", "a%00", "a,b", "[a]", "a\\b"]) {
    const head = parse(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.equal(head, "bad_host", host);
  }
});

test("two ways to say how long the body is are none", () => {
  for (
    const lines of [
      "Content-Length: 1\r\nContent-Length: 1\r\n",
      "Content-Length: 1, 1\r\n",
      "Content-Length: +1\r\n",
      "Content-Length: 0x1\r\n",
      "Content-Length: -1\r\n",
      "Content-Length: \r\n",
      "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
      "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    ]
  ) assert.equal(parse(GET(lines)), "bad_request", lines);
});

test("what is no HTTP/1.1 to the letter is refused", () => {
  for (
    const text of [
      GET("X : y\r\n"),
      GET("X: y\r\n z\r\n"),
      GET("X: y\nZ: z\r\n"),
      GET("X: y\rZ: z\r\n"),
      GET("X: \0\r\n"),
      GET("\xe9: y\r\n"),
      GET(": y\r\n"),
      "get / HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /\xe9 HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
      `\n${GET("")}`,
      `\r${GET("")}`,
    ]
  ) assert.equal(parse(text), "bad_request", text);
});

test("only blanks and tabs are no part of a value", () => {
  assert.equal(parse("GET / HTTP/1.1\r\nHost: a\xa0\r\n\r\n"), "bad_host");
  assert.equal(
    parse(GET("Transfer-Encoding: chunked\xa0\r\n")),
    "not_implemented",
  );
});

test("a target is a path, and of a whole URL the host counts that it has", () => {
  const read = (target: string) => {
    const head = parse(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`);
    return typeof head === "string" ? head : [head.host, head.target];
  };
  assert.deepEqual(read("/x?y"), ["a", "/x?y"]);
  assert.deepEqual(read("*"), ["a", "*"]);
  assert.deepEqual(read("http://b:1/x?y"), ["b:1", "/x?y"]);
  assert.deepEqual(read("HTTPS://b"), ["b", "/"]);
  assert.deepEqual(read("http://b?y"), ["b", "/?y"]);
  for (
    const target of ["http:///x", "http://u@b/x", "b://c/x", "a://u@b:c?x"]
  ) {
    assert.equal(read(target), "bad_request", target);
  }
});

test("no bytes make the parser throw, and it parses the next head as if they had not been", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      parse(`${text}\r\n\r\n`);
      assert.ok(typeof parse(GET("")) !== "string");
    }),
  );
});
