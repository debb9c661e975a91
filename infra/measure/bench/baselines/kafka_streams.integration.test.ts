import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { DeadLetterCore } from "#contracts/dead_letter.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import { fixtures } from "#kit/contracts/fixtures.ts";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import { validate } from "../../../../workers/validator/handle.ts";
import { eventRecord } from "#kit/payment.ts";
import { withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";
import { stackHome } from "#local/home.ts";
import { installJavaBaseline } from "./java_baseline.ts";
import { kafkaStreams, streamsJob } from "./kafka_streams.ts";

const jars = join(stackHome().root, "bench", "kafka-streams");
const skip = await installJavaBaseline(
  kafkaStreams,
  jars,
  (line) => console.log(line),
);

test("Kafka Streams forwards exactly once what the validator forwards", {
  skip,
}, () =>
  withProcesses(async (processes) => {
    await using cluster = await testCluster();
    const input = await cluster.freshTopic(3);
    const output = await cluster.freshTopic(3);
    const deadLetters = await cluster.freshTopic();
    const records = recordsOf(input);
    const applicationId = randomUUID();
    const job = await streamsJob({
      jars,
      kafka: process.env.EVENTFLOW_TEST_KAFKA ?? "",
      input,
      output,
      deadLetters,
      applicationId,
      stateFolder: join(processes.folder, "state"),
      threads: 2,
    });
    const isFinished = async () => {
      const positions = await cluster.admin.positions(applicationId, input);
      const ends = await cluster.admin.endOffsets(input);
      return [...ends].every(([partition, end]) =>
        (positions.get(partition) ?? 0) === end
      );
    };
    const sender = cluster.kafka.sender();
    await sender.send(records.slice(0, 3_000));
    await processes.start(job);
    await until("the first records were judged", isFinished);
    await processes.stop(job.name);
    assert.equal(await job.isReady(), false);
    // It has left its group, and does not wait until it is missed there.
    assert.equal(await cluster.admin.members(applicationId), 0);

    await sender.send(records.slice(3_000));
    await sender.close();
    await processes.restart(job.name);
    await until("all records were judged", isFinished);

    assert.deepEqual(
      (await cluster.readAll(output)).map(asText).sort(),
      records.filter(passesValidator).map(asText).sort(),
    );
    const letters = await cluster.readAll(deadLetters);
    assert.deepEqual(
      letters.map(({ key }) => `${key}`).sort(),
      records.filter((record) => !passesValidator(record))
        .map(({ key }) => `${key}`).sort(),
    );
    for (const { value } of letters) {
      const letter = DeadLetterCore.parse(JSON.parse(`${value}`));
      assert.equal(letter.failed_service, applicationId);
      assert.equal(letter.source_topic, input);
    }
  }));

/**
 * What the validator looks at more closely: the baseline judges by Java's own times and currencies, and does
 * not ask whether other readers could hold an event. It so does less work than the validator, not more.
 */
const FINER =
  /^(not_portable|duplicate_key)\.|leap_second|small_t_and_z|year_0|rounded_into|offset_of_16|four_decimals|new_currency|next_line|of_513|ten_to_the_fifteen|largest_double/;

/** Every fixture that both judge alike, a record without a value, and 5,000 good events. */
function recordsOf(topic: string): OutgoingRecord[] {
  const good = Array.from({ length: 5_000 }, (_, n) => {
    const { key, value } = eventRecord(`evt-${n}`, `pay-${n % 50}`);
    return { key, value: Buffer.from(value) };
  });
  return [
    ...fixtureRecords("valid"),
    ...fixtureRecords("invalid"),
    { key: "no value", value: null },
    ...good,
  ].map(({ key, value }) => ({
    topic,
    key: Buffer.from(key),
    value,
    headers: [{ name: "of", value: Buffer.from(key) }],
  }));
}

/** What both judge alike. */
function fixtureRecords(
  kind: "valid" | "invalid",
): { key: string; value: Buffer }[] {
  // It knows the one type that the bench sends.
  return fixtures(kind)
    .filter(({ event }) =>
      event === undefined || event === "payment_authorized"
    )
    .filter(({ name }) => !FINER.test(name))
    .map(({ name, bytes }) => ({ key: name, value: bytes }));
}

function passesValidator(record: OutgoingRecord): boolean {
  const received = { ...record, partition: 0, offset: 0, timestampMs: 0 };
  return validate(received, { validatedTopic: "", unmappedTopic: "" }).kind ===
    "forward";
}

function asText({ key, value, headers }: OutgoingRecord): string {
  return `${key} ${headers.map((one) => `${one.name}=${one.value}`)} ${value}`;
}
