import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceivedRecord } from "#kafka/port.ts";
import { deleteRecords } from "#kit/kafka/kafkajs/delete_records.ts";
import { runAudit } from "#kit/audit.ts";
import {
  rowsOf,
  said,
  writeHistory,
  type WrittenHistory,
} from "#kit/history.ts";
import { startLoad } from "#kit/load.ts";
import { startBroker, startPostgres, whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";
import { firstOffsets, readRecords } from "#operations/history/records.ts";
import { type KeptTopic, keptTopics } from "#operations/history/tables.ts";

test("kill -9 of a writer of the history loses and doubles nothing", {
  skip: await whyNoBroker(),
}, () =>
  withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    const postgresUrl = await startPostgres(processes);
    await using pipeline = await openPipeline(processes, {
      kafka,
      postgres: postgresUrl,
    });
    await pipeline.start("intake", "validator", "persistence");
    await using history = await writeHistory(processes, {
      ...{ pipeline, kafka, postgresUrl },
      workers: 2,
    });
    await using load = startLoad({ intake: pipeline.url("intake") });
    for (const worker of history.workers) {
      await untilGrown(history);
      await processes.kill(worker);
      await processes.restart(worker);
    }
    await untilGrown(history);
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
    for (const id of keptTopics) {
      const records = await pipeline.cluster.readAll(pipeline.topics[id]);
      await until(
        `the history had all ${records.length} records of ${id}`,
        async () => await rowsOf(history, id) >= records.length,
      );
      assert.deepEqual(
        await recordsOf(history, id, pipeline.topics[id]),
        new Map(records.map((record) => [coordinatesOf(record), said(record)])),
      );
    }
    const removed = await removeOlder(pipeline, kafka);
    const audited = (...options: readonly string[]) =>
      runAudit(
        {
          ...pipeline,
          environment: { ...pipeline.environment, ...history.environment },
        },
        load.accepted.map(({ eventId }) => eventId),
        options,
      );
    const alone = await audited();
    assert.equal(alone.code, 1);
    assert.match(alone.output, /what is older is not kept whole/);
    const { code, output } = await audited("--history");
    assert.equal(code, 0, output);
    assert.match(output, /from the first record to now/);
    // What one stage writes and another reads is read twice.
    const read = 2 * removed.validated + removed.deadLetters;
    assert.match(
      output,
      new RegExp(` ${read.toLocaleString("en")} of them from the history,`),
    );
  }));

/** Removes the older half of each topic that is kept, as retention does, and tells how many records that were. */
async function removeOlder(
  { cluster: { admin, readAll }, topics }: Pipeline,
  kafka: string,
): Promise<Record<KeptTopic, number>> {
  const removed = { validated: 0, enriched: 0, deadLetters: 0 };
  for (const id of keptTopics) {
    const records = await readAll(topics[id]);
    for (const [partition, end] of await admin.endOffsets(topics[id])) {
      const start = Math.ceil(end / 2);
      await deleteRecords(kafka, topics[id], start, partition);
      removed[id] += records.filter((record) =>
        record.partition === partition && record.offset < start
      ).length;
    }
  }
  return removed;
}

/** Waits for a commit with further rows. */
async function untilGrown(history: WrittenHistory): Promise<void> {
  const before = await rowsOf(history, "validated");
  await until(
    `the history had more than ${before} validated events`,
    async () => await rowsOf(history, "validated") > before,
  );
}

/** By their coordinates; that none is there twice is seen where they are read. */
async function recordsOf(
  history: WrittenHistory,
  id: KeptTopic,
  topic: string,
) {
  using opened = await history.open();
  const found = new Map<string, ReturnType<typeof said>>();
  for (const [partition, from] of await firstOffsets(opened, id, { topic })) {
    const range = { topic, partition, from, to: Number.MAX_SAFE_INTEGER };
    for await (const records of readRecords(opened, id, range)) {
      for (const record of records) {
        found.set(coordinatesOf(record), said(record));
      }
    }
  }
  return found;
}

function coordinatesOf({ topic, partition, offset }: ReceivedRecord): string {
  return `${topic}/${partition}/${offset}`;
}
