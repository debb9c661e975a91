import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  cellOf,
  DAY_MS,
  LABEL_DELAY_DAYS,
  levels,
  type Window,
  windows,
} from "./cells.ts";
import { type Change, happenings } from "./contribution.ts";
import { distinctOf } from "./distinct.ts";
import { Entity } from "./entity.ts";
import { oldestCell, rootParts } from "./entity_tables.ts";
import { PendingEntity, viewOf } from "./entity_view.ts";
import type { Recent, Totals } from "./recent.ts";

const NOW_MS = Date.UTC(2026, 5, 15, 23, 58);
const MINUTE_MS = 60_000;

/** Around the end of an hour and of a day, near each other and far off. */
const times = fc.oneof(
  fc.integer({ min: -6 * MINUTE_MS, max: 20 * MINUTE_MS }),
  fc.integer({ min: -2 * DAY_MS, max: 3 * DAY_MS }),
  fc.integer({ min: -DAY_MS, max: 60 * DAY_MS }),
).map((agoMs) => NOW_MS - agoMs);

const anyChange: fc.Arbitrary<Change> = fc.record({
  contribution: fc.record({
    entity: fc.constant("merchant:test:1"),
    happening: fc.constantFrom(...happenings),
    atMs: times,
    currency: fc.constantFrom("EUR", "USD", "JPY"),
    minor: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.constant(2 ** 43)),
    slotA: fc.integer({ min: -1, max: 63 }),
    slotB: fc.integer({ min: -1, max: 63 }),
  }),
  sign: fc.constantFrom(1, 1, 1, -1),
});

const anyStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ fold: anyChange }) },
  { weight: 1, arbitrary: fc.record({ askedMs: times }) },
  // Again and again about the same cells, which is when totals are kept.
  {
    weight: 3,
    arbitrary: fc.record({
      askedMs: fc.constantFrom(NOW_MS, NOW_MS + 2 * DAY_MS),
    }),
  },
);

test("whatever was folded and asked before, totals are those of all changes that count", () => {
  fc.assert(
    fc.property(
      fc.array(anyChange, { minLength: 100, maxLength: 150 }),
      fc.array(anyStep, { maxLength: 60, size: "max" }),
      (before, steps) => {
        const base = new Entity();
        for (const change of before) base.fold(change);
        const pending = new PendingEntity(base);
        const whole = new Entity();
        for (const change of before) whole.fold(change);
        const all = [...before];
        for (const step of steps) {
          if ("fold" in step) {
            pending.fold(step.fold);
            whole.fold(step.fold);
            all.push(step.fold);
            continue;
          }
          const wanted = plainly(all, step.askedMs);
          assert.deepEqual(pending.recent(step.askedMs, "EUR"), wanted);
          assert.deepEqual(viewOf(whole).recent(step.askedMs, "EUR"), wanted);
        }
      },
    ),
    { numRuns: 30 },
  );
});

/** The definition: what counts is looked for among all changes, each time. */
function plainly(all: readonly Change[], atMs: number): Recent {
  const newestMs = Math.max(
    0,
    ...all.map(({ contribution }) => contribution.atMs),
  );
  const today = cellOf(2, atMs);
  const daysAgo = (change: Change) =>
    today - cellOf(2, change.contribution.atMs);
  const kept = all.filter((change) =>
    daysAgo(change) >= 0 && daysAgo(change) < levels[2].kept &&
    cellOf(2, change.contribution.atMs) >= oldestCell(2, newestMs)
  );
  const onDay = (ago: number, happening?: string) =>
    sum(
      kept.filter((change) =>
        daysAgo(change) === ago &&
        (happening ?? change.contribution.happening) ===
          change.contribution.happening
      ),
    );
  const days = Array.from({ length: levels[2].kept }, (_, ago) => ago);
  const passed = (atMs - today * DAY_MS) / DAY_MS;
  const risk = (count: number) => ({
    fraud: modulo(
      days.slice(0, count + 1).reduce((to, ago) => to + onDay(ago, "fraud"), 0),
    ),
    payments: modulo(
      days.slice(LABEL_DELAY_DAYS + 1, LABEL_DELAY_DAYS + count + 1)
        .reduce((to, ago) => to + onDay(ago, "payment"), 0),
    ) + modulo(onDay(LABEL_DELAY_DAYS, "payment")) * passed,
  });
  const lastFraud = days.find((ago) => onDay(ago, "fraud") !== 0);
  return {
    windows: {
      "5m": totalsOf("5m", all, { atMs, newestMs }),
      "1h": totalsOf("1h", all, { atMs, newestMs }),
      "1d": totalsOf("1d", all, { atMs, newestMs }),
      "7d": totalsOf("7d", all, { atMs, newestMs }),
      "30d": totalsOf("30d", all, { atMs, newestMs }),
    },
    delayed: { 1: risk(1), 7: risk(7), 30: risk(30) },
    knownDays: days.findLast((ago) => onDay(ago) !== 0) ?? 0,
    daysSinceFraud: lastFraud,
  };
}

function totalsOf(
  window: Window,
  all: readonly Change[],
  { atMs, newestMs }: { atMs: number; newestMs: number },
): Totals {
  const { level, cells } = windows[window];
  const last = cellOf(level, atMs);
  const first = Math.max(last - cells, oldestCell(level, newestMs));
  const seen = all.filter(({ contribution }) => {
    const cell = cellOf(level, contribution.atMs);
    return cell >= first && cell <= last;
  });
  const count = (happening: string) =>
    modulo(
      sum(
        seen.filter(({ contribution }) => contribution.happening === happening),
      ),
    );
  const paid = seen.filter(({ contribution: { happening, currency } }) =>
    happening === "payment" && currency === "EUR"
  );
  const distinct = (slot: "slotA" | "slotB") =>
    distinctOf(
      [...Array(64).keys()].filter((one) =>
        sum(seen.filter(({ contribution }) => contribution[slot] === one)) !== 0
      ).length,
    );
  return {
    payments: count("payment"),
    failed: count("failed"),
    fraud: count("fraud"),
    disputes: count("dispute"),
    ofCurrency: modulo(sum(paid)),
    minor: modulo(sum(paid, ({ minor }) => minor)),
    roots: modulo(sum(paid, ({ minor }) => rootParts(minor))),
    distinctA: distinct("slotA"),
    distinctB: distinct("slotB"),
  };
}

function sum(
  changes: readonly Change[],
  of: (contribution: Change["contribution"]) => number = () => 1,
): number {
  return changes.reduce(
    (to, { contribution, sign }) => to + sign * of(contribution),
    0,
  );
}

/** As sums are kept. */
function modulo(value: number): number {
  return ((value % 2 ** 52) + 2 ** 52) % 2 ** 52;
}
