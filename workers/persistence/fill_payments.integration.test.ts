import assert from "node:assert/strict";
import { test } from "node:test";
import { paymentJson } from "#kit/payment.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "#kit/persistence/persistence_database.ts";
import { handled } from "#kit/persistence/test_handler.ts";
import { record } from "#kit/validated_record.ts";
import type { Filled } from "./fill_by_blocks.ts";
import { fillPayments } from "./fill_payments.ts";
import { checkPaymentsFollow } from "./schema.ts";

const PAYMENTS = 200;

/** A database as the version before left it: events of three states of each payment, none of which says an origin. */
async function unfilled(): Promise<PersistenceDatabase> {
  const fresh = await persistenceDatabase();
  await fresh.sql`alter table events disable trigger keep_payments`;
  await fresh.sql`
    insert into events (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset
    )
    select
      'evt-' || n, 'payment.authorized.v1', 'provider', now(), '{}', 'pay-' || n % ${PAYMENTS}::int, 1, 'EUR',
      'events.validated.v1', 0, n
    from generate_series(0, ${3 * PAYMENTS - 1}::int) as n`;
  await fresh.sql`alter table events enable trigger keep_payments`;
  return fresh;
}

async function requireFilled({ sql }: PersistenceDatabase): Promise<void> {
  const rows = await sql<{ right: number }[]>`
    select count(*)::int as right from payments
    where event_id = 'evt-' || ${
    2 * PAYMENTS
  }::int + substr(payment_id, 5)::int`;
  assert.equal(rows[0]?.right, PAYMENTS);
}

test("events of before are applied some blocks at a time, and once", async () => {
  await using fresh = await unfilled();
  const told: Filled[] = [];
  const fill = () =>
    fillPayments(fresh.addressOf("owner"), {
      blocksAtOnce: 2,
      progress: (filled) => told.push(filled),
    });
  await fill();
  await requireFilled(fresh);
  const all = told[0]?.all ?? 0;
  assert.ok(all > 4, `${all} blocks`);
  assert.deepEqual(told.map(({ done }) => done).slice(0, 2), [2, 4]);
  assert.equal(told.at(-1)?.done, all);
  told.length = 0;
  await fill();
  assert.deepEqual(told, []);
});

test("filling goes on where it was ended, and from the beginning if the table was rewritten meanwhile", async () => {
  await using fresh = await unfilled();
  const endAfter = (steps: number) =>
    assert.rejects(
      fillPayments(fresh.addressOf("owner"), {
        blocksAtOnce: 1,
        progress() {
          if (--steps === 0) throw new Error("ended");
        },
      }),
      /\(ended\): run `deno task migrate` again/,
    );
  const nextBlock = async () => {
    const [row] = await fresh.sql`select next_block from payments_fill`;
    return Number(row?.next_block);
  };
  await endAfter(2);
  await endAfter(1);
  assert.equal(await nextBlock(), 3);
  await fresh.sql`vacuum full events`;
  await endAfter(1);
  assert.equal(await nextBlock(), 1);
  await fillPayments(fresh.addressOf("owner"));
  await requireFilled(fresh);
});

test("what was stored before the table was filled stays if it is later, be it live or a replay", async () => {
  await using fresh = await unfilled();
  const receivedAt = (ms: number) => ({
    "eventflow-source": "events.raw.v1/0/1",
    "eventflow-received-at": `${ms}`,
  });
  await handled(
    fresh,
    record(9_001, paymentJson({ eventId: "live", paymentId: "pay-0" }), {
      headers: receivedAt(Date.now() + 60_000),
    }),
    record(9_002, paymentJson({ eventId: "old", paymentId: "pay-1" }), {
      headers: receivedAt(1_000),
    }),
  );
  await fillPayments(fresh.addressOf("owner"));
  const rows = await fresh.sql`
    select event_id from payments where payment_id in ('pay-0', 'pay-1') order by payment_id`;
  assert.deepEqual(rows.map(({ event_id }) => event_id), [
    "live",
    `evt-${2 * PAYMENTS + 1}`,
  ]);
});

test("the table can be filled anew from the events, and is the same then", async () => {
  await using fresh = await persistenceDatabase();
  await handled(
    fresh,
    ...[[1, 1], [2, 2], [3, 1]].map(([offset = 0, origin]) =>
      record(offset, paymentJson({ eventId: `evt-${offset}` }), {
        headers: { "eventflow-origin": `events.raw.v1/2/${origin}` },
      })
    ),
  );
  const states = () =>
    fresh.sql`select event_id, origin_offset, source_offset from payments`;
  const before = await states();
  await fresh.sql`truncate payments`;
  await fresh.sql`update payments_fill set next_block = 0, finished_at = null`;
  await fillPayments(fresh.addressOf("owner"));
  assert.deepEqual(await states(), before);
  assert.equal(before[0]?.event_id, "evt-2");
});

test("persistence does not start while the table does not follow the events", async () => {
  await using fresh = await persistenceDatabase();
  await checkPaymentsFollow(fresh.database);
  await fresh.sql`alter table events disable trigger keep_payments`;
  await assert.rejects(
    checkPaymentsFollow(fresh.database),
    /the trigger keep_payments is disabled or missing: `alter table events enable trigger keep_payments`/,
  );
});
