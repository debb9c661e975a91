import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceivedRecord } from "#kafka/port.ts";
import { writeHistory, type WrittenHistory } from "#kit/history.ts";
import { startLoad } from "#kit/load.ts";
import { startBroker, startPostgres, whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";
import { extentOf, readRecords } from "#operations/history/records.ts";
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
        await recordsOf(history, id),
        new Map(records.map((record) => [coordinatesOf(record), said(record)])),
      );
    }
  }));

/** Waits for a commit with further rows. */
async function untilGrown(history: WrittenHistory): Promise<void> {
  const before = await rowsOf(history, "validated");
  await until(
    `the history had more than ${before} validated events`,
    async () => await rowsOf(history, "validated") > before,
  );
}

async function rowsOf(history: WrittenHistory, id: KeptTopic): Promise<number> {
  using opened = await history.open();
  return opened.tables.get(id)?.files
    .reduce((sum, { rows }) => sum + rows, 0) ?? 0;
}

/** By their coordinates; that none is there twice is seen where they are read. */
async function recordsOf(history: WrittenHistory, id: KeptTopic) {
  using opened = await history.open();
  const found = new Map<string, ReturnType<typeof said>>();
  for (const [partition, { first, last }] of await extentOf(opened, id)) {
    const range = { partition, from: first, to: last + 1 };
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

/** All that a record says. */
function said({ key, value, headers, timestampMs }: ReceivedRecord) {
  return {
    key: String(key),
    value: String(value),
    timestampMs,
    headers: headers.map((header) => `${header.name}: ${header.value}`).sort(),
  };
}
