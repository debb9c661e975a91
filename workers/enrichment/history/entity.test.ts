import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { type Change, type Contribution, happenings } from "./contribution.ts";
import { Entity } from "./entity.ts";
import { readEntity, writeEntity } from "./entity_bytes.ts";
import { type EntityView, PendingEntity, viewOf } from "./entity_view.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 5, 15, 13, 37);

/** Some near each other and some far off, so that cells are shared, left behind and missed. */
const times = fc.oneof(
  fc.integer({ min: 0, max: 20 * 60_000 }),
  fc.integer({ min: 0, max: 3 * DAY_MS }),
  fc.integer({ min: 0, max: 60 * DAY_MS }),
).map((agoMs) => NOW_MS - agoMs);

const contributions: fc.Arbitrary<Contribution> = fc.record({
  entity: fc.constant("customer:test:1"),
  happening: fc.constantFrom(...happenings),
  atMs: times,
  currency: fc.constantFrom("EUR", "USD", "JPY"),
  minor: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.constant(2 ** 43)),
  slotA: fc.integer({ min: -1, max: 63 }),
  slotB: fc.integer({ min: -1, max: 63 }),
});

const changes: fc.Arbitrary<Change> = fc.record({
  contribution: contributions,
  sign: fc.constantFrom(1, 1, 1, -1),
});

test("an entity is the same, byte for byte, in whatever order changes are folded", () => {
  fc.assert(
    fc.property(
      fc.array(changes, { maxLength: 60 }).chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length }),
        )
      ),
      ([all, shuffled]) => {
        assert.deepEqual(bytesOf(folded(all)), bytesOf(folded(shuffled)));
      },
    ),
  );
});

test("to fold a contribution out leaves what was before it was folded in", () => {
  fc.assert(
    fc.property(
      fc.array(changes, { maxLength: 40 }),
      contributions,
      (all, contribution) => {
        const before = folded(all);
        before.seen(contribution.atMs);
        const after = folded(all);
        after.fold({ contribution, sign: 1 });
        after.fold({ contribution, sign: -1 });
        assert.deepEqual(bytesOf(after), bytesOf(before));
      },
    ),
  );
});

test("an entity with pending changes says what it says once they are folded", () => {
  fc.assert(
    fc.property(
      fc.array(changes, { maxLength: 30 }),
      fc.array(changes, { maxLength: 10 }),
      times,
      (base, pending, atMs) => {
        const whole = viewOf(folded([...base, ...pending]));
        const parts = pendingOn(folded(base), pending);
        assert.deepEqual(
          parts.recent(atMs, "EUR"),
          whole.recent(atMs, "EUR"),
        );
      },
    ),
  );
});

test("an entity is read as it was written", () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 60 }), (all) => {
      const bytes = bytesOf(folded(all));
      const reader = new ByteReader(bytes);
      assert.deepEqual(bytesOf(readEntity(reader)), bytes);
      assert.equal(reader.isAtEnd, true);
    }),
  );
});

test("an entity of years holds no more rows than its levels keep", () => {
  const entity = new Entity();
  for (let day = 0; day < 1_000; day++) {
    entity.fold(payment({ atMs: NOW_MS + day * DAY_MS / 4 }));
  }
  assert.ok(entity.tables().rows.keys.length <= 24 + 48 + 40);
});

test("windows hold what happened in them", () => {
  const entity = folded([
    payment({ atMs: NOW_MS - 60_000, minor: 1_000 }),
    payment({ atMs: NOW_MS - 3_000_000, minor: 2_000 }),
    payment({ atMs: NOW_MS - 5 * DAY_MS, minor: 4_000 }),
    payment({ atMs: NOW_MS - 20 * DAY_MS, minor: 8_000, currency: "USD" }),
    payment({ atMs: NOW_MS - 60_000, happening: "failed" }),
  ]);
  const { windows, knownDays } = viewOf(entity).recent(NOW_MS, "EUR");
  const money = Object.entries(windows).map(([window, totals]) =>
    [window, totals.payments, totals.failed, totals.minor] as const
  );
  assert.deepEqual(money, [
    ["5m", 1, 1, 1_000],
    ["1h", 2, 1, 3_000],
    ["1d", 2, 1, 3_000],
    ["7d", 3, 1, 7_000],
    ["30d", 4, 1, 7_000],
  ]);
  assert.equal(knownDays, 20);
});

test("a share of frauds is of payments that are as old as frauds take to become known", () => {
  const atMs = Date.UTC(2026, 5, 15, 12);
  const entity = folded([
    ...[8, 8, 9, 10].map((days) => payment({ atMs: atMs - days * DAY_MS })),
    payment({ atMs: atMs - DAY_MS }),
    payment({ atMs: atMs - DAY_MS, happening: "fraud" }),
  ]);
  const { delayed, daysSinceFraud } = viewOf(entity).recent(atMs, "EUR");
  assert.deepEqual(delayed[1], { fraud: 1, payments: 2 });
  assert.deepEqual(delayed[7], { fraud: 1, payments: 4 });
  assert.equal(daysSinceFraud, 1);
});

function folded(all: readonly Change[]): Entity {
  const entity = new Entity();
  for (const change of all) entity.fold(change);
  return entity;
}

function pendingOn(base: Entity, pending: readonly Change[]): EntityView {
  const entity = new PendingEntity(base);
  for (const change of pending) entity.fold(change);
  return entity;
}

function bytesOf(entity: Entity): Uint8Array {
  const writer = new ByteWriter();
  writeEntity(entity, writer);
  return writer.bytes();
}

function payment(of: Partial<Contribution>): Change {
  const contribution: Contribution = {
    entity: "customer:test:1",
    happening: "payment",
    atMs: NOW_MS,
    currency: "EUR",
    minor: 100,
    slotA: 1,
    slotB: -1,
    ...of,
  };
  return { contribution, sign: 1 };
}
