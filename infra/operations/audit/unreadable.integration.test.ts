import assert from "node:assert/strict";
import { test } from "node:test";
import { PartitionError } from "#runtime/errors.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { eventJson, TestPipeline } from "#kit/audit/test_pipeline.ts";
import { brief, recordOf, some, sumsOf } from "#kit/audit/test_reports.ts";

type Coordinates = { topic: string; partition: number; offset: number };

/** A client to which nothing can be read from a place on, and everything else can. */
function unreadableFrom(
  kafka: KafkaClient,
  coordinates: Coordinates,
): KafkaClient {
  return {
    ...kafka,
    async *read(options) {
      for (const range of options.ranges) {
        const { partition, from, to } = range;
        const isHere = options.topic === coordinates.topic &&
          partition === coordinates.partition && to > coordinates.offset;
        const end = isHere ? Math.max(from, coordinates.offset) : to;
        yield* kafka.read({ ...options, ranges: [{ ...range, to: end }] });
        if (!isHere) continue;
        const { topic, offset } = coordinates;
        yield {
          partition,
          records: [],
          gaps: [],
          nextOffset: end,
          unreadable: new PartitionError(
            `Cannot read from ${topic}/${partition}/${offset} on: it is a test.`,
          ),
        };
      }
    },
  };
}

/** Ten events, the last of them refused, all finished; and an audit that cannot read where one lies. */
async function audited(
  t: TestPipeline,
  where: "raw" | "validated" | "deadLetters",
) {
  await t.accept(...some(9), eventJson("negative", "-1"));
  await t.runAll();
  const id = where === "deadLetters" ? "negative" : "e-3";
  const coordinates = await recordOf(t, t.topics[where], id);
  const report = await t.audit({
    kafka: unreadableFrom(t.cluster.kafka, coordinates),
  });
  const { topic, partition, offset } = coordinates;
  assert.deepEqual(report.unreadable, [
    `Cannot read from ${topic}/${partition}/${offset} on: it is a test.`,
  ]);
  assert.equal(report.balanced, false);
  // What may lie there is not taken for missing, nor what came of it for coming of nothing.
  assert.deepEqual(brief(report), []);
  return report;
}

test("raw records that cannot be read are not proven, and what came of them is not held against anybody", async () => {
  await using pipeline = await TestPipeline.open();
  const { sums } = await audited(pipeline, "raw");
  assert.deepEqual(sums.map(({ state }) => state), [
    "not checked",
    "not checked",
    // Of what analytics has counted nothing is kept.
    "not checked",
    "balanced",
  ]);
});

test("records whose outcome may lie where nothing can be read are not proven, and not missing either", async () => {
  await using pipeline = await TestPipeline.open();
  const { sums } = await audited(pipeline, "validated");
  assert.deepEqual(sums.map(({ state }) => state), [
    "not checked",
    "not checked",
    "not checked",
    "not checked",
  ]);
  assert.match(
    sums[1]?.remark ?? "",
    /^what came of \d+ records may lie where a topic cannot be read$/,
  );
});

test("dead letters that cannot be read leave every service's sum unproven", async () => {
  await using pipeline = await TestPipeline.open();
  const report = await audited(pipeline, "deadLetters");
  assert.deepEqual(report.sums.slice(1).map(({ state }) => state), [
    "not checked",
    "not checked",
    "not checked",
  ]);
  assert.equal(sumsOf(report)[1], "raw 10 = validated 9 + dead letters 0");
});
