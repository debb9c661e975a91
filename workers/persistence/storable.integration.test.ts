import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { parseEvent } from "#contracts/parse.ts";
import { readRfc3339 } from "#contracts/rfc3339.ts";
import { eventTexts } from "#kit/contracts/test_events.ts";
import { storeEvents } from "./event_store.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";

const EVENTS = 6_000;

test("whatever satisfies the contract, PostgreSQL stores, at its own time", async () => {
  await using fresh = await persistenceDatabase();
  const made = fc.sample(eventTexts(), EVENTS);
  const times = new Map<string, number>();
  const events = made.flatMap((write, offset) => {
    const json = write(`${offset}-`);
    const parsed = parseEvent(Buffer.from(json));
    if (!parsed.ok) return [];
    const read = readRfc3339(parsed.value.timestamp);
    times.set(parsed.value.event_id, read.ok ? read.ms : NaN);
    const place = { topic: "t", partition: 0, offset };
    return [{ ...place, json, origin: place, receivedAt: undefined }];
  });
  assert.ok(events.length > EVENTS / 10, `${events.length} are enough`);

  for (const event of events) {
    const [stored] = await storeEvents(fresh.database, [event])
      .catch((cause) => {
        throw new Error(`PostgreSQL refuses ${event.json}`, { cause });
      });
    assert.deepEqual(stored, { kind: "stored" }, event.json);
  }
  const rows = await fresh.sql<{ event_id: string; ms: string }[]>`
    select event_id, extract(epoch from event_timestamp) * 1000 as ms from events`;
  assert.equal(rows.length, events.length);
  for (const { event_id, ms } of rows) {
    // To the millisecond: PostgreSQL rounds nanoseconds to micros, and they may carry.
    const differMs = Math.abs(Number(ms) - (times.get(event_id) ?? NaN));
    assert.ok(differMs <= 1, `${event_id}: ${ms}`);
  }
});
