import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { untilItSays } from "#kit/flowing.ts";
import { assertBalanced, runAudit } from "#kit/audit.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { type Processes, withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const PAYMENTS = 30;
const SPOILT = "spoilt";

test("a damaged batch stops its partition and no other, and nothing is lost once it is whole again", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    const { cluster, topics, groups } = pipeline;
    const written: string[] = [];
    const write = async (...events: ReturnType<typeof eventRecord>[]) => {
      await cluster.write(topics.raw, events);
      written.push(...events.map(({ eventId }) => eventId));
    };
    const round = (name: string) =>
      Array.from(
        { length: PAYMENTS },
        (_, n) => eventRecord(`${name}-${n}`, `pay-${n}`),
      );
    await write(...round("before"));
    await write(eventRecord(SPOILT, "pay-0"));
    await write(...round("behind"));
    const raw = await cluster.readAll(topics.raw);
    const spoilt = raw.find(({ value }) => String(value).includes(SPOILT));
    assert.ok(spoilt);
    const { partition, offset } = spoilt;
    const isReadable = (one: typeof spoilt) =>
      one.partition !== partition || one.offset < offset;

    await changeAmount(processes, pipeline, partition);
    await pipeline.start("validator", "persistence", "observer");
    const readable = raw.filter(isReadable).length;
    await until(
      "all that can be read was a row",
      async () => await rowsStored(pipeline) === readable,
    );
    const place = `${topics.raw}/${partition}/${offset}`;
    const stopped = () =>
      pipeline.metric("validator", "eventflow_worker_paused_partitions", {
        reason: "unreadable",
      });
    await until("the partition had stopped", async () => await stopped() === 1);
    await untilItSays(
      pipeline,
      "validator",
      new RegExp(`Cannot read from ${place} on`),
    );
    const positions = await cluster.admin.positions(
      groups.validator,
      topics.raw,
    );
    const ends = await cluster.admin.endOffsets(topics.raw);
    for (const [one, end] of ends) {
      assert.equal(positions.get(one), one === partition ? offset : end);
    }
    await until(
      "the observer said what it does not see",
      async () =>
        await pipeline.metric("observer", "eventflow_unreadable_partitions", {
          topic: topics.raw,
        }) === 1,
    );
    const { code, output } = await runAudit(pipeline, written);
    assert.equal(code, 1, output);
    assert.ok(output.includes(`Cannot read from ${place} on`), output);
    assert.match(
      output,
      /\nNot proven: 1 partition cannot be read to its end\./,
    );

    // As if another replica, which has it whole, were made the leader.
    await processes.stop("validator");
    await changeAmount(processes, pipeline, partition);
    await processes.restart("validator");
    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), written.length);
    await assertBalanced(pipeline, written);
  });
});

/** Makes another amount of the spoilt payment's, on the broker's disk; done twice, it is as it was. */
async function changeAmount(
  processes: Processes,
  { topics }: Pick<Pipeline, "topics">,
  partition: number,
): Promise<void> {
  await processes.stop("kafka");
  const log = join(processes.folder, "kafka", "logs");
  const segment = join(
    log,
    `${topics.raw}-${partition}`,
    "00000000000000000000.log",
  );
  const bytes = await readFile(segment);
  const amount = bytes.indexOf("9.90", bytes.indexOf(SPOILT)) - 1;
  // 49.90 becomes 59.90 by its lowest bit.
  bytes[amount] = (bytes[amount] ?? 0) ^ 1;
  await writeFile(segment, bytes);
  await processes.restart("kafka");
}
