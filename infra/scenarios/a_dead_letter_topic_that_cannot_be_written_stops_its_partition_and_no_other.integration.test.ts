import assert from "node:assert/strict";
import { test } from "node:test";
import { topics as contracts } from "#contracts/topics.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { untilItSays, untilReady } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { deadLetters, rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const PAYMENTS = 30;
const POISON = { key: "pay-0", value: "no event" };

const contract = {
  partitions: contracts.deadLetters.partitions,
  config: {
    "max.message.bytes": `${contracts.deadLetters.maxMessageBytes}`,
  },
};

/** Ways to make a topic unwritable, and to put it right. */
const ways: readonly {
  readonly what: string;
  spoil(admin: KafkaAdmin, topic: string): Promise<void>;
  mend(admin: KafkaAdmin, topic: string): Promise<void>;
}[] = [
  {
    what: "that takes no record as large as a letter",
    spoil: (admin, topic) =>
      admin.configureTopic(topic, { "max.message.bytes": "100" }),
    mend: (admin, topic) => admin.configureTopic(topic, contract.config),
  },
  {
    what: "that is gone",
    spoil: (admin, topic) => admin.deleteTopics([topic]),
    mend: (admin, topic) => admin.createTopics([{ name: topic, ...contract }]),
  },
];

for (const { what, spoil, mend } of ways) {
  test(`a dead-letter topic ${what} stops its partition and no other, and nothing is lost`, () =>
    withProcesses(async (processes) => {
      await using pipeline = await openPipeline(processes);
      const { cluster, topics, groups } = pipeline;
      const written: string[] = [];
      const writeEvents = async (round: string) => {
        const events = Array.from(
          { length: PAYMENTS },
          (_, n) => eventRecord(`${round}-${n}`, `pay-${n}`),
        );
        await cluster.write(topics.raw, events);
        written.push(...events.map(({ eventId }) => eventId));
      };
      const paused = () =>
        pipeline.metric("validator", "eventflow_worker_paused_partitions", {
          reason: "dead_letter_unwritable",
        });
      const positions = () =>
        cluster.admin.positions(groups.validator, topics.raw);
      await pipeline.start("validator", "persistence");
      await writeEvents("before");
      await untilFinished(pipeline);

      await spoil(cluster.admin, topics.deadLetters);
      const before = await positions();
      await cluster.write(topics.raw, [POISON]);
      await writeEvents("behind");
      await until("a partition was paused", async () => await paused() === 1);

      const ends = await cluster.admin.endOffsets(topics.raw);
      const stopped = (await cluster.readAll(topics.raw))
        .find(({ value }) => String(value) === POISON.value)?.partition ?? -1;
      await until("the other partitions were finished", async () => {
        const now = await positions();
        return [...ends].every(([partition, end]) =>
          partition === stopped || now.get(partition) === end
        );
      });
      assert.equal((await positions()).get(stopped), before.get(stopped));
      await untilItSays(
        pipeline,
        "validator",
        new RegExp(
          `"partition ${stopped}":"dead letters.*${topics.deadLetters}`,
        ),
      );
      assert.equal(await paused(), 1);

      await mend(cluster.admin, topics.deadLetters);
      await untilFinished(pipeline);
      assert.deepEqual(
        (await deadLetters(pipeline)).map(({ event }) => event),
        [POISON.value],
      );
      assert.equal(await rowsStored(pipeline), written.length);
      await until("no partition was paused", async () => await paused() === 0);
      await untilReady(pipeline, ["validator"]);
      await assertBalanced(pipeline, written);
    }));
}
