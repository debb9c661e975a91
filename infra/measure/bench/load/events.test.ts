import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { parseEvent } from "#contracts/parse.ts";
import { DUE_MS, eventMaker } from "./events.ts";

test("events are valid, and the same for the same options", () => {
  const make = eventMaker({ run: "a" });
  const again = eventMaker({ run: "a" });
  for (let index = 0; index < 100; index++) {
    const event = make(index);
    assert.ok(parseEvent(Buffer.from(event.json)).ok);
    assert.deepEqual(event, again(index));
  }
});

test("an event is filled up to as many bytes as it should have", () => {
  const { json } = eventMaker({ run: "a", bytes: 5_000 })(0);
  assert.equal(Buffer.byteLength(json), 5_000);
  assert.ok(parseEvent(Buffer.from(json)).ok);
});

test("an event tells when it is due only where it is due at a time", () => {
  const payloadOf = (due?: Float64Array) =>
    JSON.parse(eventMaker({ run: "a", due })(1).json).payload;
  assert.equal(payloadOf(Float64Array.from([0, 1.25]))[DUE_MS], 1.25);
  assert.ok(!(DUE_MS in payloadOf()));
});
