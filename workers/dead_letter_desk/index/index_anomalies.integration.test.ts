import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { closedAnomaly, openedAnomaly } from "#kit/anomalies.ts";
import { deskIndex } from "#kit/desk_index.ts";
import { anomaliesOf } from "../queries/anomalies.ts";
import { AnomalyIndex } from "./index_anomalies.ts";

test("an anomaly is one row, as it was told last, and an emptied index is the same again", async () => {
  await using index = await deskIndex();
  const { database } = index;
  const values = [
    openedAnomaly("a", "stripe"),
    openedAnomaly("b"),
    { state: "opened", anomaly_id: "no anomaly" },
    closedAnomaly("a", "stripe"),
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
