import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import type { Accepted } from "#kit/load.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { assertSaneMetrics } from "#kit/sane_metrics.ts";

const HOUR_MS = 60 * 60_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** When the payment was authorized, as the provider says. */
const eventTimes = [
  "0001-01-01T00:00:00Z",
  "1969-12-31T23:59:59.999-12:00",
  "2026-01-02T03:04:05.678+01:00",
  "9999-12-31T23:59:59.999Z",
];
/** When the intake had received it, as a header says that anybody with access to Kafka can write. */
const receivedAt = [
  "",
  "0",
  "-1",
  "NaN",
  "1e3",
  "99999999999999",
  "9".repeat(40),
];
/** How far the clock of whoever writes the record is off. */
const writersOffMs = [-10 * YEAR_MS, 0, 10 * YEAR_MS];

test("times far in the past and future lose nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, sql } = pipeline;
    await pipeline.start("validator", "analytics", "persistence");

    const written: (Accepted & { readonly timestamp: string })[] = [];
    const sender = cluster.kafka.sender();
    for (const offMs of writersOffMs) {
      for (const timestamp of eventTimes) {
        for (const received of receivedAt) {
          const sequence = written.length;
          const event = {
            eventId: `pay:${sequence}`,
            paymentId: "pay",
            sequence,
            isGood: true,
            timestamp,
          };
          const value = paymentJson({ ...event, amount: "1", currency: "JPY" });
          await withClock(offMs, () =>
            sender.send([{
              topic: topics.raw,
              key: Buffer.from(event.paymentId),
              value: Buffer.from(value),
              headers: [{
                name: headers.receivedAt,
                value: Buffer.from(received),
              }],
            }]));
          written.push(event);
        }
      }
    }
    await sender.close();
    await proveNothingLostOrDoubled(pipeline, written);

    const rows = await sql<{ event_id: string; at: string }[]>`
      select event_id, extract(epoch from event_timestamp) * 1000 as at
      from events`;
    assert.deepEqual(
      new Map(rows.map(({ event_id, at }) => [event_id, Number(at)])),
      new Map(
        written.map(({ eventId, timestamp }) => [
          eventId,
          Date.parse(timestamp),
        ]),
      ),
      "each row has its event's own time",
    );
    for (const topic of [topics.raw, topics.validated]) {
      const strange = (await cluster.readAll(topic)).filter(({ timestampMs }) =>
        Math.abs(timestampMs - Date.now()) > HOUR_MS
      );
      assert.deepEqual(
        strange.map(({ offset }) => offset),
        [],
        `records of ${topic} are dated by the broker, whose retention goes by it`,
      );
    }
    for (const service of pipeline.workers) {
      await assertSaneMetrics(pipeline, service);
    }
  }));

/** Runs something while this process's clock is off. */
async function withClock<T>(offMs: number, run: () => Promise<T>): Promise<T> {
  const now = Date.now;
  Date.now = () => now() + offMs;
  try {
    return await run();
  } finally {
    Date.now = now;
  }
}
