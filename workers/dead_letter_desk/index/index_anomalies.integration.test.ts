import assert from "node:assert/strict";
import { test } from "node:test";
import { closedAnomaly, openedAnomaly } from "#kit/anomalies.ts";
import { deskIndex } from "#kit/desk_index.ts";
import { keptTopic } from "#kit/kept_topic.ts";
import { anomaliesOf } from "../queries/anomalies.ts";
import { followed } from "./follow_topic.ts";
import { takeInAnomalies } from "./index_anomalies.ts";

test("an anomaly is one row, as it was told last, and an emptied index is the same again", async () => {
  await using index = await deskIndex();
  const { database } = index;
  const values = [
    openedAnomaly("a", "stripe"),
    openedAnomaly("b"),
    { state: "opened", anomaly_id: "no anomaly" },
    closedAnomaly("a", "stripe"),
  ];
  const catchUp = followed(
    { ...keptTopic("anomalies", values, Date.now()), database },
    takeInAnomalies,
  );
  await catchUp();
  await catchUp();
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
  await catchUp();
  assert.deepEqual(await index.contents(), before);
});
