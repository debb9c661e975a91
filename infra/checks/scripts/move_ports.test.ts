import assert from "node:assert/strict";
import { test } from "node:test";
import { movePorts } from "./move_ports.ts";

test("local addresses of default ports are moved, others are left", () => {
  const ports = new Map([["8000", 41000]]);
  assert.equal(
    movePorts(
      "curl http://127.0.0.1:8000/a localhost:8000 127.0.0.1:80001 db:8000 localhost:9",
      ports,
    ),
    "curl http://127.0.0.1:41000/a localhost:41000 127.0.0.1:80001 db:8000 localhost:9",
  );
});
