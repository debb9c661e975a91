import { nowhere } from "#kit/kafka/test_cluster.ts";
import { leaveUnfinished } from "#kit/kafka/unfinished.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import { formatCoordinates } from "#kafka/record_coordinates.ts";
import { eventJson, TestPipeline } from "#kit/audit/test_pipeline.ts";
import { brief, recordOf, some, sumsOf } from "#kit/audit/test_reports.ts";

test("a good run with duplicates and dead letters is balanced", async () => {
  await using pipeline = await TestPipeline.open();
  await pipeline.accept(
    ...some(20),
    eventJson("e-3"),
    "not json",
    eventJson("negative", "-1"),
    eventJson("e-4", "7.00"),
  );
  await pipeline.runAll();
  const report = await pipeline.audit();
  assert.deepEqual(brief(report), []);
  assert.equal(report.balanced, true);
  assert.deepEqual(sumsOf(report), [
    " = raw 24",
    "raw 24 = validated 22 + dead letters 2",
    "validated 22 = ",
    "validated 22 = rows 20 + duplicates 1 + dead letters 1",
  ]);
  assert.deepEqual(report.sums.map(({ state }) => state), [
    "not checked",
    "balanced",
    "not checked",
    "balanced",
  ]);
});

test("what a running pipeline has in flight is not lost, and what it has written ahead of its position not unexplained", async () => {
  await using pipeline = await TestPipeline.open();
  const { cluster, groups, topics } = pipeline;
  await pipeline.accept(...some(30));
  const idle = await pipeline.audit();
  assert.deepEqual(brief(idle), []);
  assert.deepEqual(idle.sums.map((stageAudit) => stageAudit.in_flight), [
    0,
    30,
    0,
    0,
  ]);
  assert.match(
    idle.sums[1]?.remark ?? "",
    new RegExp(`^group ${groups.validatorGroup} has no position`),
  );

  await pipeline.run("validator", 4);
  const validated = await cluster.readAll(topics.validated);
  // Rows of all, and then a position behind the first of each partition only.
  await pipeline.run("persistence");
  for (const { topic, partition, offset } of validated) {
    if (offset > 0) continue;
    await pipeline.finish("persistence", { topic, partition, offset: 1 }, []);
  }
  const partitions = validated.filter(({ offset }) => offset === 0).length;
  const report = await pipeline.audit();
  assert.deepEqual(brief(report), []);
  assert.deepEqual(
    report.sums.map(({ left, in_flight }) => [left[0]?.count, in_flight]),
    [
      [undefined, 0],
      [validated.length, 30 - validated.length],
      [0, validated.length],
      [partitions, validated.length - partitions],
    ],
  );
});

test("an open transaction is waited for, for it may hold what belongs to a finished record", async () => {
  await using pipeline = await TestPipeline.open();
  const { kafka } = pipeline.cluster;
  const { validated } = pipeline.topics;
  await pipeline.accept(...some(5));
  await pipeline.run("validator");
  const holding = await kafka.openTransactional(
    "holding-" + validated,
    nowhere,
  );
  await leaveUnfinished(pipeline.cluster, holding, {
    topic: validated,
    key: null,
    value: null,
    headers: [],
  });
  await pipeline.put(pipeline.topics.raw, [{ value: eventJson("late") }]);
  await pipeline.run("validator");
  let ended: Promise<void> | undefined;
  const report = await pipeline.audit({
    kafka: {
      ...kafka,
      async *read(options) {
        for await (const batch of kafka.read(options)) {
          yield batch;
          const isWaiting = batch.records.length === 0;
          if (!isWaiting || options.topic !== validated) continue;
          ended ??= kafka.openTransactional("holding-" + validated, nowhere)
            .then((next) => next.close());
        }
      },
    },
  });
  assert.ok(ended, "the audit had to wait");
  await ended;
  await holding.close();
  assert.deepEqual(brief(report), []);
  assert.equal(sumsOf(report)[1], "raw 6 = validated 6 + dead letters 0");
});

test("replays are balanced: of a dead letter into raw, and of a validated record with its headers", async () => {
  await using pipeline = await TestPipeline.open();
  const { raw, validated, deadLetters } = pipeline.topics;
  await pipeline.accept(...some(5), eventJson("negative", "-1"));
  await pipeline.runAll();
  const original = await recordOf(pipeline, raw, "negative");
  await pipeline.put(raw, [{
    ...original,
    value: eventJson("negative", "1"),
    headers: [
      ...original.headers,
      header(headers.replayOf, `${deadLetters}/0/0`),
    ],
  }]);
  const forwarded = await recordOf(pipeline, validated, "e-3");
  await pipeline.put(validated, [{
    ...forwarded,
    headers: [
      ...forwarded.headers,
      header(headers.replayOf, formatCoordinates(forwarded)),
    ],
  }]);
  await pipeline.runAll();
  const report = await pipeline.audit();
  assert.deepEqual(brief(report), []);
  assert.deepEqual(sumsOf(report), [
    " = raw 6",
    "raw 7 = validated 6 + dead letters 1",
    "validated 7 = ",
    "validated 7 = rows 6 + duplicates 1 + dead letters 0",
  ]);
  assert.deepEqual(report.sums.map(({ replays }) => replays), [1, 1, 2, 2]);
});

test("of a time only what came in then is summed up, with all that was made of it", async () => {
  await using pipeline = await TestPipeline.open();
  const { cluster, topics } = pipeline;
  const pause = async () => {
    const at = Date.now();
    while (Date.now() <= at + 1) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return Date.now();
  };
  const acceptOne = (id: string) =>
    pipeline.put(topics.raw, [{ key: "same", value: eventJson(id) }]);
  await acceptOne("before");
  const sinceMs = await pause();
  await acceptOne("during");
  await pause();
  const untilMs = await pause();
  await acceptOne("after");
  await pipeline.runAll();
  await pipeline.sql`delete from events where event_id = 'before'`;
  assert.equal((await cluster.readAll(topics.validated)).length, 3);

  const during = await pipeline.audit({ sinceMs, untilMs });
  assert.deepEqual(brief(during), []);
  assert.deepEqual(sumsOf(during).slice(0, 2), [
    " = raw 1",
    "raw 1 = validated 1 + dead letters 0",
  ]);
  assert.equal((await pipeline.audit()).found.missing, 1);
});
