import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import process from "node:process";
import { test } from "node:test";
import { topics as contracts } from "#contracts/topics.ts";
import { produceGzip } from "#kit/kafka/kafkajs/test_gzip_producer.ts";
import { untilReady } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";

const MiB = 1024 * 1024;

/** A valid payment of so many bytes, most of them a note that no contract minds. */
function largePayment(eventId: string, bytes: number) {
  const { key, value } = eventRecord(eventId, "pay-large");
  const note = "n".repeat(bytes - value.length - 10);
  return { key, value: `${value.slice(0, -1)},"note":"${note}"}` };
}

test("a payment too large to go on is a dead letter, and those behind it are rows", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics } = pipeline;
    await pipeline.start("validator", "analytics", "persistence");
    const kafka = process.env.EVENTFLOW_TEST_KAFKA ?? "";
    // One fits into a dead letter, one into none. Compressed, both fit into the raw topic.
    const large = [
      largePayment("large-6", 6 * MiB),
      largePayment("large-14", 14 * MiB),
    ];
    const good: string[] = [];
    for (const [round, payment] of large.entries()) {
      const events = Array.from(
        { length: 20 },
        (_, n) => eventRecord(`good-${round}-${n}`, `pay-${n}`),
      );
      // All of one partition with it, and of others.
      const behind = Array.from(
        { length: 5 },
        (_, n) => eventRecord(`behind-${round}-${n}`, "pay-large"),
      );
      await produceGzip(kafka, topics.raw, [payment]);
      await cluster.write(topics.raw, [...behind, ...events]);
      good.push(...[...behind, ...events].map(({ eventId }) => eventId));
    }
    await untilFinished(pipeline);

    assert.equal(await rowsStored(pipeline), good.length);
    const letters = await deadLetters(pipeline);
    assert.deepEqual(
      letters.map(({ failed_service, error_code, source_topic }) => [
        failed_service,
        error_code,
        source_topic,
      ]),
      large.map(() => ["validator-service", "too_large", topics.raw]),
    );
    const [whole, named] = letters.map(({ original }) => original);
    const [six, fourteen] = large.map(({ value }) => Buffer.from(value));
    assert.ok(six && fourteen);
    assert.ok(whole?.value_base64 === six.toString("base64"));
    assert.deepEqual(named?.left_out, {
      value: {
        bytes: fourteen.length,
        sha256: createHash("sha256").update(fourteen).digest("hex"),
      },
    });
    await untilReady(pipeline, ["validator"]);
    await assertBalanced(pipeline, [...good, "large-6", "large-14"]);
    // What the scenario rests on.
    assert.ok(contracts.validated.maxMessageBytes < 6 * MiB);
    assert.ok(contracts.deadLetters.maxMessageBytes < 14 * MiB * 4 / 3);
  }));
