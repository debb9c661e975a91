import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { IHeaders } from "kafkajs";
import { header } from "../headers.ts";
import { fromMessage, toMessage } from "./records.ts";

function received(headers: unknown) {
  return fromMessage("t", 0, {
    key: null,
    value: null,
    timestamp: "0",
    attributes: 0,
    offset: "0",
    headers: headers as IHeaders,
  }).headers.map(({ name, value }) => [name, `${value}`]);
}

test("a header without a value has none", () => {
  const b = Buffer.from("b");
  assert.deepEqual(
    received({ twice: [null, b], none: null }),
    [["twice", ""], ["twice", "b"], ["none", ""]],
  );
});

test("a header may be called like a property of every object", () => {
  const { headers } = toMessage({
    topic: "t",
    key: null,
    value: null,
    headers: [header("constructor", "x"), header("toString", "y")],
  });
  assert.deepEqual(
    Object.entries(headers ?? {}).map(([name, value]) => [name, `${value}`]),
    [["constructor", "x"], ["toString", "y"]],
  );
});
