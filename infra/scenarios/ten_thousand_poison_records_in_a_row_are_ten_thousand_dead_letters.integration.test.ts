import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "#runtime/backoff.ts";
import { assertBalanced } from "#kit/audit.ts";
import { deadLetters } from "#kit/outcomes.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const POISON = 10_000;
/** Among the poison, one record in so many is good; before and behind it, so many are. */
const GOOD_EVERY = 1_000;
const GOOD_AROUND = 100;
const PAYMENTS = 60;
/** Records written together. */
const BATCH = 500;

const MiB = 1024 * 1024;
/** So large that together they are 80 MiB, and their letters 190 MiB. */
const POISON_BYTES = 8 * 1024;
/**
 * An idle validator has some 70 MiB. Its three partitions add 4 MiB each that wait, 1 MiB each that
 * comes in, and a batch of 1 MiB each with its letters (2.4 MiB) and the client's copies of them: some
 * 40 MiB. The rest, up to 350 MiB, is what the garbage collector lets lie, for 10,000 as for 30,000.
 */
const MAX_RESIDENT_BYTES = 448 * MiB;

test("ten thousand poison records in a row are ten thousand dead letters, and the good ones among them rows", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { EVENTFLOW_DEAD_LETTERS_PER_MINUTE: "0" },
    });
    const { cluster, topics, sql } = pipeline;
    await pipeline.start("validator", "persistence");
    const residentBytes = async () =>
      await pipeline.metric("validator", "process_resident_memory_bytes") ?? 0;

    const records = makeRecords();
    for (let from = 0; from < records.length; from += BATCH) {
      await cluster.write(topics.raw, records.slice(from, from + BATCH));
    }
    let isOver = false;
    const finished = untilFinished(pipeline).finally(() => isOver = true);
    let largestBytes = 0;
    while (!isOver) {
      largestBytes = Math.max(largestBytes, await residentBytes());
      await sleep(20);
    }
    await finished;
    assert.ok(
      largestBytes < MAX_RESIDENT_BYTES,
      `the validator took ${Math.round(largestBytes / MiB)} MiB`,
    );

    const letters = await deadLetters(pipeline);
    assert.deepEqual(
      letters.map(({ original }) => original.value_base64 ?? "").sort(),
      records.filter(({ isGood }) => !isGood)
        .map(({ value }) => btoa(value)).sort(),
    );
    const rows = await sql<{ event_id: string }[]>`select event_id from events`;
    assert.deepEqual(
      rows.map(({ event_id }) => event_id).sort(),
      records.filter(({ isGood }) => isGood)
        .map(({ eventId }) => eventId).sort(),
    );
    await assertBalanced(pipeline, records.map(({ eventId }) => eventId));
  }));

function makeRecords() {
  const before = GOOD_AROUND;
  const behind = before + POISON + POISON / GOOD_EVERY;
  return Array.from({ length: behind + GOOD_AROUND }, (_, n) => {
    const eventId = `event-${n}`;
    const key = `pay-${n % PAYMENTS}`;
    const isGood = n < before || n >= behind ||
      (n - before) % (GOOD_EVERY + 1) === GOOD_EVERY / 2;
    const json = paymentJson({
      eventId,
      paymentId: key,
      amount: isGood ? "49.90" : "-49.90",
      currency: "EUR",
    });
    const value = isGood
      ? json
      : json.replace(/}$/, `,"padding":"${"x".repeat(POISON_BYTES)}"}`);
    return { key, eventId, isGood, value };
  });
}
