import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { deskIndex } from "#kit/desk_index.ts";
import { anomaliesOf } from "../queries/anomalies.ts";
import { AnomalyIndex } from "./index_anomalies.ts";

const opened = (id: string, provider: string | undefined) => ({
  state: "opened",
  anomaly_id: id,
  signal: "volume",
  series: "volume",
  direction: "down",
  level: provider === undefined ? "all" : "provider",
  segment: { provider },
  since: "2026-01-02T03:00:00.000Z",
  raised_at: "2026-01-02T03:05:15.000Z",
  closed_at: null,
  closed_because: null,
  expected: 31.2,
  observed: 2,
  evidence: { nats: 24.1, threshold: 10.3, minutes: 5, exposure: 5 },
  money_affected: { EUR: 1_460.21 },
  detector: { version: 1, false_alarms_per_week: 0.5, grace_ms: 15_000 },
  counts_offset: 4_711,
});

const closed = (id: string, provider: string | undefined) => ({
  ...opened(id, provider),
  state: "closed",
  closed_at: "2026-01-02T05:36:15.000Z",
  closed_because: "recovered",
});

test("an anomaly is one row, as it was told last, and an emptied index is the same again", async () => {
  await using index = await deskIndex();
  const { database } = index;
  const values = [
    opened("a", "stripe"),
    opened("b", undefined),
    { state: "opened", anomaly_id: "no anomaly" },
    closed("a", "stripe"),
  ];
  const writtenMs = Date.now();
  const anomalies = new AnomalyIndex({
    database,
    topic: "anomalies",
    admin: { endOffsets: () => Promise.resolve(new Map([[0, values.length]])) },
    kafka: {
      async *read({ topic, ranges: [range] }) {
        yield await Promise.resolve({
          partition: 0,
          records: values.map((value, offset) => ({
            topic,
            partition: 0,
            offset,
            timestampMs: writtenMs,
            key: null,
            value: Buffer.from(JSON.stringify(value)),
            headers: [],
          })),
          gaps: [],
          nextOffset: range?.to ?? 0,
        });
      },
    },
  });
  await anomalies.catchUp();
  await anomalies.catchUp();
  const found = async (filter: Parameters<typeof anomaliesOf>[1]) =>
    (await anomaliesOf(database, filter)).map(({ anomaly_id, state }) => [
      anomaly_id,
      state,
    ]);
  assert.deepEqual(await found({}), [["b", "opened"], ["a", "closed"]]);
  assert.deepEqual(await found({ state: "opened" }), [["b", "opened"]]);
  assert.deepEqual(await found({ provider: "stripe" }), [["a", "closed"]]);
  const before = await index.contents();
  await database.use((sql) => sql`truncate anomalies, progress`);
  await anomalies.catchUp();
  assert.deepEqual(await index.contents(), before);
});
