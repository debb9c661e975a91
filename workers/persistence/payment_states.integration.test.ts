import assert from "node:assert/strict";
import { test } from "node:test";
import type postgres from "postgres";
import { factRecord, type MappedFact } from "#kit/mapped_fact.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { handled } from "#kit/persistence/test_handler.ts";

type Fact = Partial<MappedFact>;

const authorized: Fact = { type: "authorized", amount: "10" };
const captured = (amount: string, more: Fact["more"] = {}): Fact => ({
  type: "captured",
  amount,
  more,
});
const refunded = (amount: string): Fact => ({ type: "refunded", amount });
const disputed = (
  state: string,
  minute: number,
  dispute = "du-1",
  amount = "10",
): Fact => ({
  type: "disputed",
  amount,
  more: { dispute_id: dispute, state },
  timestamp: `2026-01-02T03:${10 + minute}:00Z`,
});
const failed: Fact = { type: "failed", amount: "10" };
const canceled: Fact = { type: "canceled", amount: "10" };

async function store(
  fresh: Awaited<ReturnType<typeof persistenceDatabase>>,
  facts: readonly Fact[],
): Promise<void> {
  const records = facts.map((fact, n) =>
    factRecord(n, { factId: `f-${n}`, ...fact })
  );
  const words = await handled(fresh, ...records);
  assert.deepEqual(words, facts.map(() => "stored"));
}

const cases: readonly (readonly [string, readonly Fact[], string])[] = [
  ["failed, if nothing else is known", [failed, failed], "failed"],
  ["authorized, also behind a failure", [failed, authorized], "authorized"],
  [
    "authorized, also if the failure is told late",
    [authorized, failed],
    "authorized",
  ],
  [
    "canceled, if its authorisation was given up",
    [authorized, canceled],
    "canceled",
  ],
  ["partially captured", [authorized, captured("4")], "partially_captured"],
  ["captured, in parts that are all of it", [
    authorized,
    captured("4"),
    captured("6"),
  ], "captured"],
  ["captured, if no further capture will come", [
    authorized,
    captured("4", { final: true }),
  ], "captured"],
  ["captured, if its authorisation is not known", [captured("4")], "captured"],
  [
    "captured, if the rest was given up",
    [authorized, captured("10"), canceled],
    "captured",
  ],
  [
    "partially refunded",
    [authorized, captured("10"), refunded("9.99")],
    "partially_refunded",
  ],
  ["refunded, in parts that are all that was captured", [
    authorized,
    captured("5"),
    refunded("2"),
    refunded("3"),
  ], "refunded"],
  [
    "refunded, if captures are not told",
    [authorized, refunded("10")],
    "refunded",
  ],
  ["authorized, if its capture failed after all", [
    authorized,
    captured("10", { capture_id: "cap-1" }),
    {
      type: "failed",
      amount: "10",
      more: { stage: "capture", capture_id: "cap-1" },
    },
  ], "authorized"],
  ["captured, if its refund failed after all, told in whatever order", [
    captured("10"),
    {
      type: "failed",
      amount: "10",
      more: { stage: "refund", refund_id: "re-1" },
    },
    { type: "refunded", amount: "10", more: { refund_id: "re-1" } },
  ], "captured"],
  ["partially refunded, if one of two refunds failed", [
    captured("10"),
    { type: "refunded", amount: "4", more: { refund_id: "re-1" } },
    { type: "refunded", amount: "6", more: { refund_id: "re-2" } },
    {
      type: "failed",
      amount: "6",
      more: { stage: "refund", refund_id: "re-2" },
    },
  ], "partially_refunded"],
  ["disputed, whatever else it is", [
    authorized,
    captured("10"),
    refunded("10"),
    disputed("opened", 1),
  ], "disputed"],
  [
    "disputed, by an inquiry too",
    [captured("10"), disputed("inquiry", 1)],
    "disputed",
  ],
  ["lost, by a dispute that was", [
    captured("10"),
    disputed("opened", 1),
    disputed("lost", 2),
  ], "lost"],
  ["captured, behind a dispute that was won", [
    captured("10"),
    disputed("won", 2),
    disputed("opened", 1),
  ], "captured"],
  ["disputed, by one of two disputes", [
    captured("10"),
    disputed("won", 2),
    disputed("opened", 1, "du-2"),
  ], "disputed"],
  ["won, of one time with its beginning", [
    captured("10"),
    disputed("won", 1),
    disputed("opened", 1),
  ], "captured"],
  ["unknown, if all that is known is that a dispute ended", [
    disputed("closed", 1),
  ], "unknown"],
];

for (const [what, facts, state] of cases) {
  test(`a payment is ${what}`, async () => {
    await using fresh = await persistenceDatabase();
    for (const order of [facts, facts.toReversed()]) {
      await fresh.sql`truncate events, payments`;
      await store(fresh, order);
      const rows = await fresh.sql`select state from payment_states`;
      assert.deepEqual(rows.map((row) => row.state), [state]);
    }
  });
}

test("a payment's sums are exact, and apart for each currency", async () => {
  await using fresh = await persistenceDatabase();
  await store(fresh, [
    { ...authorized, amount: "10.0000000000000001" },
    captured("4.1"),
    captured("0.2"),
    refunded("0.3"),
    { ...refunded("7"), currency: "EUR" },
    disputed("opened", 1, "du-1", "1.1"),
    disputed("inquiry", 2, "du-2", "2.2"),
    disputed("opened", 3, "du-3", "0.7"),
    disputed("lost", 4, "du-3", "0.5"),
    failed,
    { ...authorized, paymentId: "pay-2" },
  ]);
  const rows = await fresh.sql`
    select currency, state, authorized::text, captured::text, refunded::text, disputed::text, lost::text, failed,
      first_at, last_at
    from payment_states where payment_id = 'pay-1' order by currency`;
  const at = new Date("2026-01-02T03:04:05.678Z");
  assert.deepEqual(rows.map((row) => Object.values({ ...row })), [
    ["EUR", "refunded", "0", "0", "7", "0", "0", "0", at, at],
    [
      "USD",
      "disputed",
      "10.0000000000000001",
      "4.3",
      "0.3",
      "3.3",
      "0.5",
      "1",
      at,
      new Date("2026-01-02T03:14:00Z"),
    ],
  ]);
});

test("who asks for one payment has its events alone read, by their index", async () => {
  await using fresh = await persistenceDatabase();
  await fresh.sql`
    insert into events (
      event_id, event_type, source, event_timestamp, payload, payment_id, amount, currency,
      source_topic, source_partition, source_offset
    )
    select 'e-' || n, 'payment.captured.v1', 's', now(), '{}', 'p-' || n / 3, 1, 'EUR', 't', 0, n
    from generate_series(1, 30000) as n`;
  await fresh.sql`analyze events`;
  for (
    const asked of [
      "payment_id = 'p-7'",
      "payment_id = 'p-7' and currency = 'EUR'",
    ]
  ) {
    const plan = await planOf(
      fresh.sql,
      `select * from payment_states where ${asked}`,
    );
    assert.match(plan, /Index Scan (?:using|on) events_payment_id/, plan);
    assert.doesNotMatch(plan, /Seq Scan/, plan);
  }
});

async function planOf(sql: postgres.Sql, query: string): Promise<string> {
  const rows = await sql.unsafe<{ "QUERY PLAN": string }[]>(`explain ${query}`);
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}
