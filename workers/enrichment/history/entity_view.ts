import {
  cellOf,
  DAY_MS,
  type DelayedDays,
  LABEL_DELAY_DAYS,
  levels,
  type Window,
  windows,
} from "./cells.ts";
import type { Change } from "./contribution.ts";
import { distinctOf } from "./distinct.ts";
import {
  cellIn,
  COLUMNS,
  columns,
  currencyIn,
  currencyNumber,
  Entity,
  firstKey,
  firstSlotKey,
  MINOR_COLUMN,
  oldestCell,
  rootParts,
  ROOTS_COLUMN,
  slotIn,
} from "./entity.ts";
import { SLOTS } from "./hashes.ts";
import { added } from "./modular.ts";

/** What happened to an entity in a window. */
export type Totals = {
  /** Authorised, of whatever currency. */
  readonly payments: number;
  readonly failed: number;
  readonly fraud: number;
  readonly disputes: number;
  /** Authorised payments of the currency asked about, their sum in minor units, and the sum of their roots in parts of 1/256. */
  readonly ofCurrency: number;
  readonly minor: number;
  readonly roots: number;
  /** Distinct counterparts, estimated: see `distinctOf`. */
  readonly distinctA: number;
  readonly distinctB: number;
};

/** Frauds that became known in the last days, and payments of as many days, `LABEL_DELAY_DAYS` before. */
export type DelayedRisk = {
  readonly fraud: number;
  /** With a fraction: of the day that is seven days before today, only so much as today has had. */
  readonly payments: number;
};

/** All that is asked of an entity. */
export type Recent = {
  readonly windows: Readonly<Record<Window, Totals>>;
  readonly delayed: Readonly<Record<DelayedDays, DelayedRisk>>;
  /** Days since the oldest day that it is remembered of; at most as many as are kept. */
  readonly knownDays: number;
  /** Days since a fraud last became known; undefined if none is remembered. */
  readonly daysSinceFraud: number | undefined;
};

/** What can be asked of an entity. */
export interface EntityView {
  /**
   * What happened up to a moment. Time is seen in cells: what else happened in the moment's own cell counts too.
   *
   * @param currency whose amounts are added up
   */
  recent(atMs: number, currency: string): Recent;
}

/**
 * An entity with changes that are not folded into it yet. It says exactly what it would say if they were.
 *
 * @param pending of this entity alone
 */
export function viewOf(
  base: Entity | undefined,
  pending: readonly Change[] = [],
): EntityView {
  return {
    recent: (atMs, currency) => recentOf(base, pending, { atMs, currency }),
  };
}

type Asked = {
  readonly atMs: number;
  readonly currency: number;
  /** The newest time of the entity as it would be with what is pending. */
  readonly newestMs: number;
};

function recentOf(
  base: Entity | undefined,
  pending: readonly Change[],
  { atMs, currency }: { readonly atMs: number; readonly currency: string },
): Recent {
  if (base === undefined && pending.length === 0) return strange;
  const known = base ?? nothing;
  let newestMs = known.newestMs;
  for (const { contribution } of pending) {
    newestMs = Math.max(newestMs, contribution.atMs);
  }
  const asked = { atMs, currency: currencyNumber(currency), newestMs };
  return {
    windows: {
      "5m": totalsOf(known, pending, "5m", asked),
      "1h": totalsOf(known, pending, "1h", asked),
      "1d": totalsOf(known, pending, "1d", asked),
      "7d": totalsOf(known, pending, "7d", asked),
      "30d": totalsOf(known, pending, "30d", asked),
    },
    ...daysOf(known, pending, asked),
  };
}

const nothing = new Entity();
/** What is worked with while one window is added up: nothing of it is kept, and nothing waits in between. */
const sums = new Float64Array(COLUMNS + 1);
const met = new Float64Array(2 * SLOTS);

function totalsOf(
  { rows, slots }: Entity,
  pending: readonly Change[],
  window: Window,
  { newestMs, atMs, currency }: Asked,
): Totals {
  const { level, cells } = windows[window];
  const last = cellOf(level, atMs);
  const first = Math.max(last - cells, oldestCell(level, newestMs));
  sums.fill(0);
  met.fill(0);
  const end = rows.from(firstKey(level, last + 1));
  for (let row = rows.from(firstKey(level, first)); row < end; row++) {
    const at = row * COLUMNS;
    for (let n = 0; n < MINOR_COLUMN; n++) add(n, rows.values[at + n] ?? 0);
    if (currencyIn(rows.keys[row] ?? 0) !== currency) continue;
    add(MINOR_COLUMN, rows.values[at + MINOR_COLUMN] ?? 0);
    add(ROOTS_COLUMN, rows.values[at + ROOTS_COLUMN] ?? 0);
    add(COLUMNS, rows.values[at] ?? 0);
  }
  const slotEnd = slots.from(firstSlotKey(level, last + 1));
  for (let n = slots.from(firstSlotKey(level, first)); n < slotEnd; n++) {
    meet(slotIn(slots.keys[n] ?? 0), slots.values[n] ?? 0);
  }
  for (const { contribution, sign } of pending) {
    const cell = cellOf(level, contribution.atMs);
    if (cell < first || cell > last) continue;
    const { happening, minor, slotA, slotB } = contribution;
    add(columns[happening], sign);
    if (
      happening === "payment" &&
      currencyNumber(contribution.currency) === currency
    ) {
      add(MINOR_COLUMN, sign * minor);
      add(ROOTS_COLUMN, sign * rootParts(minor));
      add(COLUMNS, sign);
    }
    if (slotA >= 0) meet(slotA, sign);
    if (slotB >= 0) meet(SLOTS + slotB, sign);
  }
  return {
    payments: sums[0] ?? 0,
    failed: sums[1] ?? 0,
    fraud: sums[2] ?? 0,
    disputes: sums[3] ?? 0,
    minor: sums[MINOR_COLUMN] ?? 0,
    roots: sums[ROOTS_COLUMN] ?? 0,
    ofCurrency: sums[COLUMNS] ?? 0,
    distinctA: distinctOf(filled(0)),
    distinctB: distinctOf(filled(SLOTS)),
  };
}

function add(column: number, value: number): void {
  sums[column] = added(sums[column] ?? 0, value);
}

function meet(slot: number, times: number): void {
  met[slot] = added(met[slot] ?? 0, times);
}

/** How many of a counterpart's slots were met. */
function filled(from: number): number {
  let count = 0;
  for (let slot = from; slot < from + SLOTS; slot++) {
    if (met[slot] !== 0) count++;
  }
  return count;
}

const DAYS = 2;
const { kept: KEPT_DAYS } = levels[DAYS];
/** By how many days ago it was. */
const payments = new Float64Array(KEPT_DAYS);
const frauds = new Float64Array(KEPT_DAYS);
const all = new Float64Array(KEPT_DAYS);

function daysOf(
  { rows }: Entity,
  pending: readonly Change[],
  { newestMs, atMs }: Asked,
): Pick<Recent, "delayed" | "knownDays" | "daysSinceFraud"> {
  const today = cellOf(DAYS, atMs);
  const first = Math.max(oldestCell(DAYS, newestMs), oldestCell(DAYS, atMs));
  payments.fill(0);
  frauds.fill(0);
  all.fill(0);
  const end = rows.from(firstKey(DAYS, today + 1));
  for (let row = rows.from(firstKey(DAYS, first)); row < end; row++) {
    const ago = today - cellIn(rows.keys[row] ?? 0);
    for (let n = 0; n < MINOR_COLUMN; n++) {
      addToDay(ago, n, rows.values[row * COLUMNS + n] ?? 0);
    }
  }
  for (const { contribution, sign } of pending) {
    const cell = cellOf(DAYS, contribution.atMs);
    if (cell < first || cell > today) continue;
    addToDay(today - cell, columns[contribution.happening], sign);
  }
  const passed = (atMs - today * DAY_MS) / DAY_MS;
  const risk = (days: DelayedDays): DelayedRisk => ({
    fraud: sumOf(frauds, 0, days),
    payments: sumOf(payments, LABEL_DELAY_DAYS + 1, LABEL_DELAY_DAYS + days) +
      (payments[LABEL_DELAY_DAYS] ?? 0) * passed,
  });
  const lastFraud = frauds.findIndex((count) => count !== 0);
  return {
    delayed: { 1: risk(1), 7: risk(7), 30: risk(30) },
    knownDays: Math.max(0, all.findLastIndex((count) => count !== 0)),
    daysSinceFraud: lastFraud < 0 ? undefined : lastFraud,
  };
}

function addToDay(ago: number, column: number, value: number): void {
  all[ago] = added(all[ago] ?? 0, value);
  if (column === columns.payment) {
    payments[ago] = added(payments[ago] ?? 0, value);
  }
  if (column === columns.fraud) frauds[ago] = added(frauds[ago] ?? 0, value);
}

/** Of the days from `first` to `last` ago. */
function sumOf(days: Float64Array, first: number, last: number): number {
  let sum = 0;
  for (let ago = first; ago <= last; ago++) sum = added(sum, days[ago] ?? 0);
  return sum;
}

const none: Totals = {
  payments: 0,
  failed: 0,
  fraud: 0,
  disputes: 0,
  ofCurrency: 0,
  minor: 0,
  roots: 0,
  distinctA: 0,
  distinctB: 0,
};
const noRisk: DelayedRisk = { fraud: 0, payments: 0 };
const strange: Recent = {
  windows: { "5m": none, "1h": none, "1d": none, "7d": none, "30d": none },
  delayed: { 1: noRisk, 7: noRisk, 30: noRisk },
  knownDays: 0,
  daysSinceFraud: undefined,
};

/** Of one of whom nothing is remembered. */
export const stranger: EntityView = viewOf(undefined);
