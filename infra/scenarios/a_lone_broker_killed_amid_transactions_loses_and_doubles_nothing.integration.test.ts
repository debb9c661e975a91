import assert from "node:assert/strict";
import { test } from "node:test";
import type { ReceivedRecord } from "#kafka/port.ts";
import { assertBalanced } from "#kit/audit.ts";
import { smallBatches } from "#kit/mid_batch.ts";
import { startBroker, whyNoBroker } from "#kit/own_servers.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

/**
 * Each has its own transactions, so that the kill meets some between the decision to commit and the
 * markers that say so. What Kafka then forgets: `kafkajs/transactions/forgotten_transaction.ts`.
 */
const PARTITIONS = 32;
const KILLS = 3;
const PAYMENTS = 997;
const EVENTS_A_KILL = 12_000;
const AT_ONCE = 500;

test("a lone broker killed amid transactions loses and doubles nothing", async (t) => {
  const reason = await whyNoBroker();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startBroker(processes);
    await using pipeline = await openPipeline(processes, {
      kafka,
      env: smallBatches,
    });
    const { cluster, topics, input } = pipeline;
    const { group, topic } = input("validator");
    await cluster.admin.raisePartitions(topic, PARTITIONS);
    await until(
      "every partition had a leader",
      async () =>
        (await cluster.admin.highWatermarks(topic)).size === PARTITIONS,
    );
    await pipeline.start("validator");

    const events: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      do {
        const goal = events.length + EVENTS_A_KILL;
        while (events.length < goal) {
          const more = Array.from({ length: AT_ONCE }, (_, n) =>
            eventRecord(
              `event-${events.length + n}`,
              `pay-${(events.length + n) % PAYMENTS}`,
            ));
          await cluster.write(topic, more);
          events.push(...more.map(({ eventId }) => eventId));
        }
        await until(
          "the validator was in the midst of it",
          async () => await pipeline.lag(group, topic) < EVENTS_A_KILL / 2,
          { everyMs: 1 },
        );
        // It may have finished before it was looked at.
      } while (await pipeline.lag(group, topic) === 0);
      await processes.kill("kafka");
      await processes.restart("kafka");
      await until(
        "every partition had a leader again",
        () => pipeline.lag(group, topic).then(() => true, () => false),
      );
      await untilFinished(pipeline);
    }

    const validated = await cluster.readAll(topics.validated);
    const times = Map.groupBy(
      validated.map(({ value }) => JSON.parse(String(value)).event_id),
      (eventId) => eventId,
    );
    assert.deepEqual(
      [...times].filter(([, found]) => found.length > 1).map(([id]) => id),
      [],
      "no event is validated twice",
    );
    assert.equal(times.size, events.length);
    for (const [payment, some] of Map.groupBy(validated, keyOf)) {
      const numbers = some.map(({ value }) => numberOf(String(value)));
      assert.deepEqual(numbers, numbers.toSorted((a, b) => a - b), payment);
    }
    await assertBalanced(pipeline, events);
  });
});

function keyOf({ key }: ReceivedRecord): string {
  return String(key);
}

/** An event's place among all. */
function numberOf(json: string): number {
  return Number(JSON.parse(json).event_id.replace("event-", ""));
}
