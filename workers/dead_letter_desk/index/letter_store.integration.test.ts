import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import type postgres from "postgres";
import { parseEvent } from "#contracts/parse.ts";
import { services } from "#contracts/services.ts";
import { deadLetterOf } from "#consumer/dead_letter.ts";
import { header } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { deskIndex } from "#kit/desk_index.ts";
import { paymentJson } from "#kit/payment.ts";
import { countLetters, lettersOf } from "../queries/letters.ts";
import { letterRow, termOf } from "./letter_row.ts";
import { storeLetters } from "./letter_store.ts";

const TOPIC = "dlq";

/** The nth letter as the validator would write it, of one of four causes and two currencies. */
function letter(n: number): ReceivedRecord {
  const faults = [
    { amount: "-1.50" },
    { orderId: " " },
    { amount: "0.25", currency: "usd" },
    { amount: '"7"' },
  ];
  const value = Buffer.from(paymentJson({
    eventId: `event-${n}`,
    paymentId: `pay-${n % 7}`,
    currency: n % 2 === 0 ? "EUR" : "USD",
    ...faults[n % faults.length],
  }));
  const parsed = parseEvent(value);
  assert.ok(!parsed.ok);
  const { topic: _, ...record } = deadLetterOf({
    topic: "raw",
    partition: n % 3,
    offset: n,
    timestampMs: 0,
    key: Buffer.from(`pay-${n % 7}`),
    value,
    headers: [header("eventflow-provider", "payment-provider")],
  }, {
    topic: TOPIC,
    service: services.validator,
    rejection: parsed.rejection,
    attempts: 1,
    at: new Date(Date.UTC(2026, 0, 2, 3, n % 180)),
  });
  return { ...record, topic: TOPIC, partition: 0, offset: n, timestampMs: 0 };
}

const rowsOf = (records: readonly ReceivedRecord[]) =>
  records.flatMap((record) => letterRow(record) ?? []);

async function indexed(
  work: (sql: postgres.Sql) => Promise<void>,
): Promise<void> {
  await using index = await deskIndex();
  await index.database.use(work);
}

/** Everything that the index says, in an order of its own. */
async function contents(sql: postgres.Sql) {
  return {
    letters: await sql`select * from letters order by partition, "offset"`,
    causes: await sql`select * from causes order by id`,
    counters: await sql`
      select * from counters order by cause, state, currency, hour`,
    progress: await sql`select * from progress order by topic, partition`,
  };
}

test("letters handed in again, in whatever batches, are in the index once", () =>
  indexed(async (sql) => {
    const records = Array.from({ length: 600 }, (_, n) => letter(n));
    const batch = async (from: number, to: number) =>
      await storeLetters(sql, rowsOf(records.slice(from, to)), {
        topic: TOPIC,
        partition: 0,
        nextOffset: to,
      });
    await batch(0, 100);
    await batch(0, 100);
    await batch(50, 350);
    await batch(350, 351);
    await batch(340, 600);
    await batch(100, 200);
    const inPieces = await contents(sql);
    await sql`truncate counters, letter_states, letter_facts, causes, progress`;
    await batch(0, 600);
    assert.deepEqual(inPieces, await contents(sql));

    assert.equal(inPieces.letters.length, 600);
    assert.equal(inPieces.causes.length, 4);
    assert.deepEqual(
      inPieces.progress.map(({ next_offset }) => next_offset),
      ["600"],
    );
    const counted = await sql`
      select cause, state, currency, sum(letters) as letters, sum(amount) as amount
      from counters group by 1, 2, 3 order by 1, 2, 3`;
    const scanned = await sql`
      select cause, state, coalesce(currency, '') as currency, count(*) as letters,
        coalesce(sum(amount), 0) as amount
      from letters group by 1, 2, 3 order by 1, 2, 3`;
    assert.deepEqual(counted, scanned);
  }));

test("a letter is found by any id that its event has, and keeps its amount digit for digit", () =>
  indexed(async (sql) => {
    const long = "x".repeat(5_000);
    const job = randomUUID();
    const value = Buffer.from(paymentJson({
      eventId: "event-1",
      paymentId: long,
      orderId: " ",
      providerAuthId: "auth-1",
      amount: "9007199254740993.10",
    }));
    const given = deadLetterOf({
      topic: "raw",
      partition: 0,
      offset: 7,
      timestampMs: 0,
      key: null,
      value,
      headers: [
        header("eventflow-replay-of", "dlq/0/3"),
        header("eventflow-replay-job", job),
        header("eventflow-replay-nth", "2"),
        header("eventflow-origin", "raw/0/5"),
      ],
    }, {
      topic: TOPIC,
      service: services.validator,
      rejection: { code: "not_storable", message: "no", issues: [] },
      attempts: 2,
      at: new Date(0),
    });
    const record = { ...given, partition: 0, offset: 1, timestampMs: 0 };
    await storeLetters(sql, rowsOf([record]), {
      topic: TOPIC,
      partition: 0,
      nextOffset: 2,
    });
    for (const id of ["event-1", long, "auth-1"]) {
      const found = await sql`
        select amount, attempts, origin_offset, replay_of_offset, replay_nth, replay_job from letters
        where terms @> array[${String(termOf(id))}::bigint]`;
      assert.deepEqual(found.map((row) => ({ ...row })), [
        {
          amount: "9007199254740993.10",
          attempts: 2,
          origin_offset: "5",
          replay_of_offset: "3",
          replay_nth: 2,
          replay_job: job,
        },
      ]);
    }
    const [strange] = await sql`
      select count(*)::int as count from letters
      where terms @> array[${String(termOf("auth"))}::bigint]`;
    assert.equal(strange?.count, 0);
  }));

test("what is no dead letter of ours is passed, and reading goes on behind it", () =>
  indexed(async (sql) => {
    const odd = { ...letter(1), value: Buffer.from('{"failed_service":"x"}') };
    const rows = rowsOf([odd, { ...odd, value: null }, letter(2)]);
    assert.deepEqual(rows.map(({ offset }) => offset), [2]);
    const progress = { topic: TOPIC, partition: 0, nextOffset: 3 };
    await storeLetters(sql, rows, progress);
    await storeLetters(sql, [], { ...progress, nextOffset: 9 });
    const { letters, progress: reached } = await contents(sql);
    assert.equal(letters.length, 1);
    assert.equal(reached[0]?.next_offset, "9");
  }));

test("a provider's own webhook is known by provider, account, its key and what the provider calls it, and by no amount", () =>
  indexed(async (sql) => {
    const body = {
      id: "evt_1",
      type: "charge.succeeded",
      amount: 4990,
      currency: "eur",
      payload: { amount: 12.5, currency: "EUR" },
    };
    const { topic: _, ...record } = deadLetterOf({
      topic: "raw",
      partition: 0,
      offset: 7,
      timestampMs: 0,
      key: Buffer.from("pi_1"),
      value: Buffer.from(JSON.stringify(body)),
      headers: [
        header("eventflow-provider", "stripe"),
        header("eventflow-account", "eu"),
      ],
    }, {
      topic: TOPIC,
      service: services.validator,
      rejection: { code: "unknown_exponent", message: "why", issues: [] },
      part: { item: 2, items: 3 },
      attempts: 1,
      at: new Date(0),
    });
    const given = { ...record, topic: TOPIC, partition: 0, offset: 0 };
    await storeLetters(sql, rowsOf([{ ...given, timestampMs: 0 }]), {
      topic: TOPIC,
      partition: 0,
      nextOffset: 1,
    });
    const database = {
      use: <T>(work: (sql: postgres.Sql) => Promise<T>) => work(sql),
    };
    for (
      const filter of [
        { account: "eu" },
        { provider: "stripe", account: "eu" },
        { id: "evt_1" },
        { id: "pi_1" },
      ]
    ) {
      const { letters: [letter] } = await lettersOf(database, filter);
      assert.deepEqual(
        [
          letter?.provider,
          letter?.account,
          letter?.event_type,
          letter?.event_id,
          letter?.payment_id,
          letter?.item,
          letter?.items,
          letter?.amount,
        ],
        ["stripe", "eu", "charge.succeeded", "evt_1", "pi_1", 2, 3, null],
        JSON.stringify(filter),
      );
      assert.equal((await countLetters(database, filter)).count, 1);
    }
    const { letters } = await lettersOf(database, { account: "us" });
    assert.deepEqual(letters, []);
  }));
