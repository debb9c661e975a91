import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import type { DeadLetter } from "#contracts/dead_letter.ts";
import { headers } from "#contracts/headers.ts";
import { services } from "#contracts/services.ts";
import { header } from "#kafka/headers.ts";
import { originOf } from "#kafka/origin.ts";
import type { OutgoingRecord, ReceivedRecord } from "#kafka/port.ts";
import { formatCoordinates } from "#kafka/record_coordinates.ts";
import { assertBalanced } from "#kit/audit.ts";
import { progressOf, smallBatches } from "#kit/mid_batch.ts";
import { deadLetters, eventIdOf, rowsStored } from "#kit/outcomes.ts";
import { paymentJson } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { Random } from "#kit/random.ts";
import { until } from "#kit/until.ts";

const PAYMENTS = 60;
/** Events of each payment before the replays, and among them. */
const BEFORE = 8;
const AMONG = 2;
const KILLS = 4;

/** How an event is the first time. */
type Fate = "passes" | "fails at the validator" | "fails at persistence";

const amounts: Record<Fate, string> = {
  "passes": "49.90",
  "fails at the validator": "-49.90",
  "fails at persistence": "666",
};

const random = new Random(7);

/** The next event of each payment, in any order, as records of the raw topic. */
function nextEvents(round: number, fateOf: () => Fate) {
  const payments = Array.from({ length: PAYMENTS }, (_, n) => `pay-${n}`);
  return random.shuffled(payments).map((paymentId) => ({
    key: paymentId,
    value: paymentJson({
      eventId: `${paymentId}:${round}`,
      paymentId,
      amount: amounts[fateOf()],
    }),
  }));
}

test("a payment's last state is of its latest origin, whatever was replayed", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env: smallBatches });
    const { cluster, topics, sql } = pipeline;
    await sql`alter table events add constraint refuse check (amount <> 666)`;
    await pipeline.start("validator", "persistence");

    // Half of the events pass; of each payment any may fail, its last one too.
    const anyFate = () =>
      random.oneOf<Fate>([
        "passes",
        "passes",
        "fails at the validator",
        "fails at persistence",
      ]);
    for (let round = 0; round < BEFORE; round++) {
      await cluster.write(topics.raw, nextEvents(round, anyFate));
    }
    await untilFinished(pipeline);
    await sql`alter table events drop constraint refuse`;

    const letters = await deadLetters(pipeline);
    const stored = (await cluster.readAll(topics.validated))
      .filter(({ value }) =>
        !String(value).includes(amounts["fails at persistence"])
      );
    const replays = random.shuffled([
      ...letters.map((letter, n) =>
        replayOf(letter, `${topics.deadLetters}/0/${n}`, topics.raw)
      ),
      // What was stored before, once more: duplicates.
      ...stored.map((record) =>
        addressed(record, formatCoordinates(record), originOf(record))
      ),
    ]);
    assert.ok(letters.length > PAYMENTS, `${letters.length} dead letters`);
    await using sender = closing(cluster.kafka.sender());
    await pipeline.startAnother("persistence", "persistence-2");
    const share = Math.ceil(replays.length / KILLS);
    for (let kill = 0; kill < KILLS; kill++) {
      // One of two in the group dies while it works: the other takes its partitions over.
      const [dies, stays] = kill % 2 === 0
        ? ["persistence", "persistence-2"] as const
        : ["persistence-2", "persistence"] as const;
      const hasGoneOn = await progressOf(pipeline, "persistence");
      await sender.send(replays.slice(kill * share, (kill + 1) * share));
      if (kill < AMONG) {
        await cluster.write(
          topics.raw,
          nextEvents(BEFORE + kill, () => "passes"),
        );
      }
      await until(`${dies} or ${stays} was at work`, hasGoneOn, { everyMs: 1 });
      await processes.kill(dies);
      const goesOn = await progressOf(pipeline, "persistence");
      // It may have died behind its last commit, with nothing left to do.
      await until(
        `${stays} had gone on`,
        async () => await goesOn() || await pipeline.isFinished("persistence"),
      );
      await processes.restart(dies);
    }
    await untilFinished(pipeline);

    const raw = (await cluster.readAll(topics.raw))
      .filter((record) => !isReplay(record));
    assert.equal(await rowsStored(pipeline), raw.length, "each is a row");
    assert.deepEqual(await lastStates(pipeline), latestOf(raw));
    await assertBalanced(pipeline, raw.map(eventIdIn));
  }));

/** A dead letter as the desk sends it again; what the validator refused is mended. */
function replayOf(
  { source_topic, source_partition, source_offset, original }: DeadLetter,
  letter: string,
  rawTopic: string,
): OutgoingRecord {
  const bytes = (base64: string | null | undefined) =>
    Buffer.from(base64 ?? "", "base64");
  const source = {
    topic: source_topic,
    partition: source_partition,
    offset: source_offset,
    headers: (original.headers ?? []).map(({ name, value_base64 }) => ({
      name,
      value: bytes(value_base64),
    })),
  };
  const record = {
    topic: source_topic,
    key: bytes(original.key_base64),
    value: bytes(original.value_base64),
    headers: source.headers,
  };
  if (source_topic !== rawTopic) {
    return addressed(record, letter, originOf(source));
  }
  const mended = `${record.value}`.replace(
    amounts["fails at the validator"],
    amounts.passes,
  );
  return {
    ...record,
    value: Buffer.from(mended),
    headers: replayHeaders(record, letter, originOf(source)),
  };
}

/** A record of the validated topic as the desk sends it again to persistence alone. */
function addressed(
  record: OutgoingRecord,
  of: string,
  origin: ReturnType<typeof originOf>,
): OutgoingRecord {
  const { topic, key, value } = record;
  return {
    topic,
    key,
    value,
    headers: [
      ...replayHeaders(record, of, origin),
      header(headers.replayFor, services.persistence),
    ],
  };
}

function replayHeaders(
  record: OutgoingRecord,
  of: string,
  origin: ReturnType<typeof originOf>,
) {
  return [
    ...record.headers,
    header(headers.replayOf, of),
    header(headers.origin, formatCoordinates(origin)),
  ];
}

const isReplay = (record: ReceivedRecord) =>
  record.headers.some(({ name }) => name === headers.replayOf);

const eventIdIn = ({ value }: ReceivedRecord) =>
  eventIdOf(JSON.parse(String(value)));

type State = { readonly eventId: string; readonly origin: string };

/** By payment, what its last raw record is. */
function latestOf(raw: readonly ReceivedRecord[]): Map<string, State> {
  return new Map(
    raw.toSorted((one, other) => one.offset - other.offset)
      .map((record) =>
        [
          String(record.key),
          { eventId: eventIdIn(record), origin: formatCoordinates(record) },
        ] as const
      )
      .sort(([one], [other]) => one < other ? -1 : 1),
  );
}

async function lastStates({ sql }: Pipeline): Promise<Map<string, State>> {
  const rows = await sql<(State & { payment: string })[]>`
    select payment_id as payment, event_id as "eventId",
      concat_ws('/', origin_topic, origin_partition, origin_offset) as origin
    from payments order by payment_id collate "C"`;
  return new Map(
    rows.map(({ payment, eventId, origin }) => [payment, { eventId, origin }]),
  );
}

function closing<T extends { close(): Promise<void> }>(
  one: T,
): T & AsyncDisposable {
  return Object.assign(one, { [Symbol.asyncDispose]: () => one.close() });
}
