import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { produceByJava } from "#kit/kafka/test_java_producer.ts";
import { assertBalanced } from "#kit/audit.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const PAYMENTS = 60;

const jars = process.env.EVENTFLOW_TEST_KAFKA_JARS ?? "";

test("batches of every codec amid traffic are rows", async (t) => {
  if (jars === "") return t.skip("Kafka's jars are not here");
  await withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, environment } = pipeline;
    await pipeline.start("validator", "analytics", "persistence");
    const written: string[] = [];
    const events = (round: string) => {
      const made = Array.from(
        { length: PAYMENTS },
        (_, n) => eventRecord(`${round}-${n}`, `pay-${n}`),
      );
      written.push(...made.map(({ eventId }) => eventId));
      return made;
    };
    for (const codec of ["zstd", "snappy", "lz4", "gzip"] as const) {
      await cluster.write(topics.raw, events(`before-${codec}`));
      await produceByJava({
        jars,
        bootstrap: environment.KAFKA_BOOTSTRAP_SERVERS ?? "",
        topic: topics.raw,
        codec,
        records: events(codec),
      });
    }
    // Whatever producers chose: what the validator writes is compressed too.
    await cluster.admin.configureTopic(topics.validated, {
      "compression.type": "zstd",
    });
    await cluster.write(topics.raw, events("behind"));
    await untilFinished(pipeline);
    assert.equal(await rowsStored(pipeline), written.length);
    assert.deepEqual(await cluster.readAll(topics.deadLetters), []);
    await assertBalanced(pipeline, written);
  });
});
