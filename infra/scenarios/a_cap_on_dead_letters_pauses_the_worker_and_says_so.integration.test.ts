import assert from "node:assert/strict";
import { test } from "node:test";
import { untilItSays, untilReady } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

/** So few that the wait behind them is longer than it takes to look at what is there meanwhile. */
const PER_MINUTE = 5;
const BATCH = 5;
/** What passes at once: a minute's worth, and the batch that overdraws it. */
const AT_ONCE = PER_MINUTE + BATCH;
/** One batch more, which waits until what was overdrawn is over: a minute. */
const POISON = AT_ONCE + BATCH;

test("a cap on dead letters pauses the worker, says so, and loses nothing", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: {
        EVENTFLOW_DEAD_LETTERS_PER_MINUTE: `${PER_MINUTE}`,
        EVENTFLOW_BATCH_MAX_RECORDS: `${BATCH}`,
      },
    });
    const { cluster, topics, groups } = pipeline;
    const paused = () =>
      pipeline.metric("validator", "eventflow_worker_paused_partitions", {
        reason: "dead_letter_cap",
      });
    const poison = Array.from({ length: POISON }, (_, n) => ({
      key: "pay-1",
      value: `no event, number ${n}`,
    }));
    const behind = eventRecord("event-behind", "pay-1");

    // It is ready until the first of them comes in.
    await pipeline.start("validator", "persistence");
    await cluster.write(topics.raw, [...poison, behind]);
    await until("the validator was paused", async () => await paused() === 1);
    await untilItSays(
      pipeline,
      "validator",
      /5 dead letters wait: more than EVENTFLOW_DEAD_LETTERS_PER_MINUTE allows/,
    );
    const positions = await cluster.admin.positions(
      groups.validator,
      topics.raw,
    );
    assert.deepEqual([...positions.values()], [AT_ONCE]);
    assert.equal((await deadLetters(pipeline)).length, AT_ONCE);
    assert.equal(await rowsStored(pipeline), 0);

    await until("the validator went on", async () => await paused() === 0);
    await untilFinished(pipeline);
    const letters = await deadLetters(pipeline);
    assert.deepEqual(
      letters.map(({ event }) => event),
      poison.map(({ value }) => value),
    );
    assert.equal(await rowsStored(pipeline), 1);
    await untilReady(pipeline, ["validator"]);
    await assertBalanced(pipeline, [behind.eventId]);
  }));
