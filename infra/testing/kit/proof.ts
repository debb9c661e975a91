/**
 * What a scenario ends with: nothing lost, nothing doubled, every payment in order, every position at
 * its topic's end, and the audit says so too.
 *
 * @module
 */
import assert from "node:assert/strict";
import { consumerNames } from "#contracts/services.ts";
import { describeError } from "#runtime/errors.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { assertBalanced } from "./audit.ts";
import type { Accepted } from "./load.ts";
import { deadLetters, eventIdOf } from "./outcomes.ts";
import type { Pipeline, WorkerName } from "./pipeline.ts";
import { until } from "./until.ts";

/**
 * Waits until every worker that was started has finished its topic: its committed offsets are the
 * topic's ends, in every partition. However long that takes, as long as it moves. The validator comes first: others read
 * what it writes.
 */
export async function untilFinished(pipeline: Pipeline): Promise<void> {
  for (const worker of consumerNames) {
    if (!pipeline.workers.has(worker)) continue;
    const { group, topic } = pipeline.input(worker);
    let left = await pipeline.lag(group, topic);
    while (left > 0) {
      const before = left;
      try {
        await until(
          `${worker} had less than ${before} records left`,
          async () => {
            left = await pipeline.lag(group, topic);
            return left < before;
          },
        );
      } catch (error) {
        const where = await standing(pipeline, worker).catch(describeError);
        throw new Error(`${describeError(error)}; ${where}`, { cause: error });
      }
    }
    assert.ok(await pipeline.isFinished(worker), `${worker} is at the end`);
  }
}

/** Where a worker stands in each partition that it has not finished, and what holds it there. */
async function standing(
  { cluster: { admin }, input }: Pipeline,
  worker: WorkerName,
): Promise<string> {
  const { group, topic } = input(worker);
  const [positions, ends, watermarks, owned] = await Promise.all([
    admin.positions(group, topic),
    admin.endOffsets(topic),
    admin.highWatermarks(topic),
    admin.owned(group, topic),
  ]);
  const parts = [...watermarks].map(async ([partition, watermark]) => {
    const position = positions.get(partition) ?? 0;
    if (position === watermark) return [];
    const held = await admin.openTransaction(topic, partition);
    return [
      `partition ${partition} at ${position} of ${watermark}, readable to ${
        ends.get(partition)
      }, ${owned?.has(partition) ? "owned" : "not owned"}, held back by ${
        JSON.stringify(held) ?? "no transaction"
      }`,
    ];
  });
  return `${worker} does not finish ${topic}: ${
    (await Promise.all(parts)).flat().join("; ")
  }`;
}

/**
 * Waits until everything accepted is finished and proves that it ended as it should. Expects intake,
 * validator and persistence to run, and the load to be over.
 *
 * @param dropped ids of events whose rows were dropped with their days, on purpose
 */
export async function proveNothingLostOrDoubled(
  pipeline: Pipeline,
  accepted: readonly Accepted[],
  { dropped = new Set() }: { dropped?: ReadonlySet<string> } = {},
): Promise<void> {
  const { topics, cluster, sql } = pipeline;
  await untilFinished(pipeline);
  const good = accepted.filter(({ isGood }) => isGood);
  const broken = accepted.filter(({ isGood }) => !isGood);

  const rows = await sql<{ event_id: string }[]>`
    select event_id from events order by stored_at, source_partition, source_offset`;
  assert.deepEqual(
    rows.map(({ event_id }) => event_id).sort(),
    good.map(({ eventId }) => eventId)
      .filter((eventId) => !dropped.has(eventId)).sort(),
    "each good event that was accepted is one row, and nothing else is",
  );
  const letters = await deadLetters(pipeline);
  assert.deepEqual(
    [...new Set(letters.map(({ event }) => eventIdOf(event)))].sort(),
    broken.map(({ eventId }) => eventId).sort(),
    "each broken event that was accepted is a dead letter, and nothing else is",
  );

  const raw = await cluster.readAll(topics.raw);
  assertInOrder("the raw topic", raw.map(eventIdOfRecord));
  assertInOrder("the table", rows.map(({ event_id }) => event_id));
  const lettered = new Set(letters.map((letter) =>
    coordinatesOf({
      topic: letter.source_topic,
      partition: letter.source_partition,
      offset: letter.source_offset,
    })
  ));
  assert.equal(lettered.size, letters.length, "no record is two dead letters");
  const passed = raw.filter((record) => !lettered.has(coordinatesOf(record)));
  assertSame(
    byPayment(await cluster.readAll(topics.validated)),
    byPayment(passed),
    "each raw record that is no dead letter is one validated record, in the order of its payment",
  );

  await assertBalanced(pipeline, accepted.map(({ eventId }) => eventId));
}

/**
 * Asserts that each 202 stands for one raw record, and nothing else does, but for a 503: Kafka may have
 * taken that event after all.
 *
 * @param further answers with 202 beside those of the load
 */
export async function assertOneRecordAnAnswer(
  { cluster, topics }: Pipeline,
  statuses: ReadonlyMap<number, number>,
  further = 0,
): Promise<void> {
  const records = (await cluster.readAll(topics.raw)).length;
  const accepted = (statuses.get(202) ?? 0) + further;
  const refused = statuses.get(503) ?? 0;
  assert.ok(
    records >= accepted && records <= accepted + refused,
    `${records} raw records, ${accepted} answers with 202, ${refused} with 503`,
  );
}

/** Asserts that the intake has answered with nothing but 202, or 503 if Kafka was slow for a moment. */
export function assertAccepting(statuses: ReadonlyMap<number, number>): void {
  const others = [...statuses.keys()].filter((one) =>
    one !== 202 && one !== 503
  );
  assert.deepEqual(others, []);
}

/** Asserts that the first appearances of each payment's events are in the order of their sequence. */
function assertInOrder(where: string, eventIds: readonly string[]): void {
  const latest = new Map<string, number>();
  const seen = new Set<string>();
  for (const eventId of eventIds) {
    if (seen.has(eventId)) continue;
    seen.add(eventId);
    const [paymentId = "", sequence] = eventId.split(":");
    const before = latest.get(paymentId) ?? -1;
    assert.ok(
      Number(sequence) > before,
      `${where} has ${eventId} behind ${paymentId}:${before}`,
    );
    latest.set(paymentId, Number(sequence));
  }
}

/** Each payment's event ids, in their order. */
function byPayment(
  records: readonly ReceivedRecord[],
): ReadonlyMap<string, readonly string[]> {
  const groups = Map.groupBy(records, ({ key }) => String(key));
  return new Map(
    [...groups].map(([payment, some]) => [payment, some.map(eventIdOfRecord)]),
  );
}

/** Payment by payment, so that a failure shows no more than the one at fault. */
function assertSame(
  actual: ReadonlyMap<string, readonly string[]>,
  expected: ReadonlyMap<string, readonly string[]>,
  message: string,
): void {
  for (const payment of new Set([...actual.keys(), ...expected.keys()])) {
    assert.deepEqual(actual.get(payment), expected.get(payment), message);
  }
}

function coordinatesOf(
  { topic, partition, offset }: Pick<
    ReceivedRecord,
    "topic" | "partition" | "offset"
  >,
): string {
  return `${topic}/${partition}/${offset}`;
}

function eventIdOfRecord({ value }: ReceivedRecord): string {
  return eventIdOf(JSON.parse(String(value)));
}
