import assert from "node:assert/strict";
import { test } from "node:test";
import { headers } from "#contracts/headers.ts";
import { header } from "#kafka/headers.ts";
import { factRecord, type MappedFact } from "#kit/mapped_fact.ts";
import { persistenceDatabase } from "#kit/persistence/persistence_database.ts";
import { handled, handlerOf } from "#kit/persistence/test_handler.ts";
import { transmissionIn } from "./transmissions.ts";

const [ONE, OTHER] = ["1".repeat(64), "a".repeat(64)];

/** A fact that came in a transmission. */
const sent = (
  offset: number,
  transmission: string,
  { headers: further, ...fact }: Partial<MappedFact> = {},
) =>
  factRecord(offset, {
    factId: `f-${offset}`,
    source: "paypal:main",
    ...fact,
    headers: { [headers.transmission]: transmission, ...further },
  });

test("a transmission's id that comes with another body is a dead letter that says where it came first, and the first stays", async () => {
  await using fresh = await persistenceDatabase();
  assert.deepEqual(await handled(fresh, sent(1, `t-1 ${ONE}`)), ["stored"]);
  const handle = handlerOf(fresh.database);
  const outcomes = await handle([
    sent(2, `t-1 ${OTHER}`),
    sent(3, `t-2 ${OTHER}`),
  ]);
  const [letter, stored] = outcomes;
  assert.ok(letter?.kind === "dead-letter");
  assert.equal(letter.rejection.code, "reused_transmission");
  assert.match(letter.rejection.message, / in events\.validated\.v1\/0\/1:/);
  assert.deepEqual(stored, { kind: "done", as: "stored" });
  const kept = await fresh.sql`
    select source, transmission_id, sha256, first_topic, first_partition, first_offset
    from provider_transmissions order by transmission_id`;
  assert.deepEqual(kept.map((row) => Object.values({ ...row })), [
    ["paypal:main", "t-1", ONE, "events.validated.v1", 0, "1"],
    ["paypal:main", "t-2", OTHER, "events.validated.v1", 0, "3"],
  ]);
  const rows = await fresh.sql`select source_offset from events order by 1`;
  assert.deepEqual(rows.map((row) => row.source_offset), ["1", "3"]);
});

test("of one batch the first body of an id counts, whatever else is in it, and all that came in it are stored", async () => {
  await using fresh = await persistenceDatabase();
  const batch = [
    sent(1, `t-1 ${ONE}`, { item: "1/2" }),
    sent(2, `t-1 ${OTHER}`),
    factRecord(3),
    sent(4, `t-1 ${ONE}`, { item: "2/2" }),
    sent(5, `t-1 ${OTHER}`, { source: "paypal:other" }),
    sent(6, `t-1 ${ONE}`, { factId: "f-1", version: 2 }),
  ];
  const words = [
    "stored",
    "reused_transmission",
    "stored",
    "stored",
    "stored",
    "superseded",
  ];
  assert.deepEqual(await handled(fresh, ...batch), words);
  assert.deepEqual(await handled(fresh, ...batch), [
    "outdated",
    "reused_transmission",
    "stored_earlier",
    "stored_earlier",
    "stored_earlier",
    "stored_earlier",
  ]);
});

test("what an operator edited is of no transmission, and neither is what no header says as it should", () => {
  const of = (value: string, edited = false) =>
    transmissionIn([
      header(headers.transmission, value),
      ...edited ? [header(headers.edited, "job-1")] : [],
    ]);
  assert.deepEqual(of(`a b ${ONE}`), { id: "a b", sha256: ONE });
  assert.equal(of(`t-1 ${ONE}`, true), undefined);
  for (const odd of ["", ONE, `t-1 ${ONE}0`, `t-1 ${"A".repeat(64)}`, "t-1"]) {
    assert.equal(of(odd), undefined, odd);
  }
});

test("an id that no index holds is a dead letter, and its neighbours are stored", async () => {
  await using fresh = await persistenceDatabase();
  const long = Array.from({ length: 900 }, (_, n) => `${n * 7919}`).join("");
  assert.deepEqual(
    await handled(fresh, sent(1, `t ${ONE}`), sent(2, `${long} ${ONE}`)),
    ["stored", "not_storable"],
  );
});

test("two writers that bring the same transmissions in opposite orders meet no deadlock, and one body of each counts", async () => {
  await using fresh = await persistenceDatabase();
  const told = (partition: number, sha256: string) => {
    const records = Array.from(
      { length: 200 },
      (_, n) =>
        sent(n, `t-${n} ${sha256}`, {
          factId: `${partition}-${n}`,
          partition,
        }),
    );
    return partition === 0 ? records : records.toReversed();
  };
  const words = (await Promise.all([
    handled(fresh, ...told(0, ONE)),
    handled(fresh, ...told(1, OTHER)),
  ])).flat();
  const counts = Map.groupBy(words, (word) => word);
  assert.equal(counts.get("stored")?.length, 200);
  assert.equal(counts.get("reused_transmission")?.length, 200);
});
