import assert from "node:assert/strict";
import { test } from "node:test";
import { loopbackTarget } from "./loopback.ts";

test("a target is an address of loopback with its port", () => {
  assert.deepEqual(loopbackTarget("http://127.0.0.1:8000"), {
    host: "127.0.0.1",
    port: 8000,
  });
  assert.deepEqual(loopbackTarget("http://127.9.9.9:1").host, "127.9.9.9");
  assert.deepEqual(loopbackTarget("http://[::1]:8000").host, "::1");
});

test("whatever else is refused, names too, which could be anybody's", () => {
  for (
    const url of [
      "http://localhost:8000",
      "http://127.0.0.1.example.com:8000",
      "http://128.0.0.1:8000",
      "http://0.0.0.0:8000",
      "http://10.0.0.1:8000",
      "http://[::]:8000",
      "http://user@example.com:8000",
      "https://127.0.0.1:8000",
      "http://127.0.0.1",
    ]
  ) {
    assert.throws(() => loopbackTarget(url), /loopback only/, url);
  }
});
