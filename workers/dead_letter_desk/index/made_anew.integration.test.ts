import assert from "node:assert/strict";
import { test } from "node:test";
import { openedAnomaly } from "#kit/anomalies.ts";
import { deskIndex } from "#kit/desk_index.ts";
import { keptTopic } from "#kit/kept_topic.ts";
import { anomaliesOf } from "../queries/anomalies.ts";
import { followed } from "./follow_topic.ts";
import { takeInAnomalies } from "./index_anomalies.ts";
import { noticeIfAnew } from "./made_anew.ts";

const named = (id: string | undefined) => ({
  topicId: () => Promise.resolve(id),
});

test("of a topic that was made anew all is read, however far the former one was", async () => {
  await using index = await deskIndex();
  const { database } = index;
  const catchUp = async (id: string, ...anomalies: readonly string[]) => {
    const values = anomalies.map((one) => openedAnomaly(one));
    const kept = keptTopic("anomalies", values, Date.now());
    const admin = { ...kept.admin, ...named(id) };
    await followed({ ...kept, admin, database }, takeInAnomalies)();
    return (await anomaliesOf(database, {})).map(({ anomaly_id }) => anomaly_id)
      .sort();
  };
  assert.deepEqual(await catchUp("1", "a", "b"), ["a", "b"]);
  assert.deepEqual(await catchUp("1", "not read again"), ["a", "b"]);
  assert.deepEqual(await catchUp("2", "c"), ["a", "b", "c"]);
});

test("what is to be done about a topic made anew is done until it succeeds, and then no more", async () => {
  await using index = await deskIndex();
  const { database } = index;
  const done: string[] = [];
  const notice = (id: string | undefined, fails = false) =>
    noticeIfAnew({ admin: named(id), database, topic: "dlq" }, {
      forget() {
        done.push("forgotten");
        return Promise.resolve();
      },
      begin() {
        done.push(fails ? "failed" : "begun");
        return fails ? Promise.reject(new Error("away")) : Promise.resolve();
      },
    });
  await notice("1");
  await notice("1");
  await notice(undefined);
  assert.deepEqual(done, [], "one that is read first, or gone, is not anew");
  await assert.rejects(notice("2", true));
  await notice("2");
  await notice("2");
  assert.deepEqual(done, ["forgotten", "failed", "forgotten", "begun"]);
});
