import assert from "node:assert/strict";
import { test } from "node:test";
import { type EventsRead, read } from "./handle.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";

test("an event is kept for counting with its record", () => {
  const events: EventsRead = new WeakMap();
  const one = record(1, paymentJson());
  assert.deepEqual(read(one, events), { kind: "done" });
  assert.equal(events.get(one)?.event_id, "evt-1");
});

test("a record that cannot be read is a dead letter with its reason", () => {
  const outcome = read(record(1, "{}"), new WeakMap());
  assert.ok(outcome.kind === "dead-letter");
  assert.equal(outcome.rejection.code, "contract_violation");
});
