import {
  cellOf,
  DAY_MS,
  type DelayedDays,
  delayedDays,
  LABEL_DELAY_DAYS,
  type Window,
  windows,
} from "./cells.ts";
import { type Change, happenings } from "./contribution.ts";
import { distinctOf } from "./distinct.ts";
import {
  cellIn,
  COLUMNS,
  deltasOf,
  Entity,
  firstKey,
  firstSlotKey,
  isOfCurrency,
  MINOR_COLUMN,
  oldestCell,
  ROOTS_COLUMN,
  slotIn,
  slotsOf,
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
    recent: (atMs, currency) =>
      recentOf(base ?? nothing, pending, { atMs, currency }),
  };
}

const nothing = new Entity();

type Asked = { readonly atMs: number; readonly currency: string };

function recentOf(
  base: Entity,
  pending: readonly Change[],
  asked: Asked,
): Recent {
  const newestMs = pending.reduce(
    (newest, { contribution }) => Math.max(newest, contribution.atMs),
    base.newestMs,
  );
  const days = daysOf(base, pending, { newestMs, ...asked });
  const of = (window: Window) =>
    totalsOf(base, pending, { window, newestMs, ...asked });
  return {
    windows: {
      "5m": of("5m"),
      "1h": of("1h"),
      "1d": of("1d"),
      "7d": of("7d"),
      "30d": of("30d"),
    },
    ...days,
  };
}

type AskedOfWindow = Asked & {
  readonly window: Window;
  readonly newestMs: number;
};

function totalsOf(
  base: Entity,
  pending: readonly Change[],
  { window, newestMs, atMs, currency }: AskedOfWindow,
): Totals {
  const { level, cells } = windows[window];
  const last = cellOf(level, atMs);
  const first = Math.max(last - cells, oldestCell(level, newestMs));
  const sums = new Array<number>(COLUMNS + 1).fill(0);
  const { rows, slots } = base;
  const end = rows.from(firstKey(level, last + 1));
  for (let row = rows.from(firstKey(level, first)); row < end; row++) {
    const isSame = isOfCurrency(rows.keys[row] ?? 0, currency);
    addRow(sums, (column) => rows.values[row * COLUMNS + column] ?? 0, isSame);
  }
  const met = new Array<number>(2 * SLOTS).fill(0);
  const slotEnd = slots.from(firstSlotKey(level, last + 1));
  for (let n = slots.from(firstSlotKey(level, first)); n < slotEnd; n++) {
    const slot = slotIn(slots.keys[n] ?? 0);
    met[slot] = added(met[slot] ?? 0, slots.values[n] ?? 0);
  }
  for (const { contribution, sign } of pending) {
    const cell = cellOf(level, contribution.atMs);
    if (cell < first || cell > last) continue;
    const deltas = deltasOf(contribution, sign);
    const isSame = contribution.currency === currency;
    addRow(sums, (column) => deltas[column] ?? 0, isSame);
    for (const slot of slotsOf(contribution)) {
      met[slot] = added(met[slot] ?? 0, sign);
    }
  }
  const sum = (column: number) => sums[column] ?? 0;
  return {
    payments: sum(0),
    failed: sum(1),
    fraud: sum(2),
    disputes: sum(3),
    minor: sum(MINOR_COLUMN),
    roots: sum(ROOTS_COLUMN),
    ofCurrency: sum(COLUMNS),
    distinctA: distinctOf(filled(met, 0)),
    distinctB: distinctOf(filled(met, SLOTS)),
  };
}

/** Adds a row's happenings, and its money if it is of the currency asked about. */
function addRow(
  sums: number[],
  column: (column: number) => number,
  isSame: boolean,
): void {
  const add = (to: number, value: number) =>
    sums[to] = added(sums[to] ?? 0, value);
  happenings.forEach((_, n) => add(n, column(n)));
  if (!isSame) return;
  add(MINOR_COLUMN, column(MINOR_COLUMN));
  add(ROOTS_COLUMN, column(ROOTS_COLUMN));
  add(COLUMNS, column(0));
}

/** How many of a counterpart's slots were met. */
function filled(met: readonly number[], from: number): number {
  let count = 0;
  for (let slot = from; slot < from + SLOTS; slot++) {
    if (met[slot] !== 0) count++;
  }
  return count;
}

const DAYS = 2;
const PAYMENTS = 0;
const FRAUD = 2;

function daysOf(
  base: Entity,
  pending: readonly Change[],
  { newestMs, atMs }: Asked & { readonly newestMs: number },
): Pick<Recent, "delayed" | "knownDays" | "daysSinceFraud"> {
  const today = cellOf(DAYS, atMs);
  const first = Math.max(oldestCell(DAYS, newestMs), oldestCell(DAYS, atMs));
  const length = Math.max(0, today - first + 1);
  // By how many days ago it was.
  const payments = new Array<number>(length).fill(0);
  const fraud = new Array<number>(length).fill(0);
  const any = new Array<number>(length).fill(0);
  const add = (cell: number, column: (column: number) => number) => {
    const ago = today - cell;
    if (ago < 0 || ago >= length) return;
    payments[ago] = added(payments[ago] ?? 0, column(PAYMENTS));
    fraud[ago] = added(fraud[ago] ?? 0, column(FRAUD));
    happenings.forEach((_, n) => any[ago] = added(any[ago] ?? 0, column(n)));
  };
  const { rows } = base;
  for (let n = rows.from(firstKey(DAYS, first)); n < rows.keys.length; n++) {
    const at = n * COLUMNS;
    add(cellIn(rows.keys[n] ?? 0), (column) => rows.values[at + column] ?? 0);
  }
  for (const { contribution, sign } of pending) {
    const deltas = deltasOf(contribution, sign);
    add(cellOf(DAYS, contribution.atMs), (column) => deltas[column] ?? 0);
  }
  const passed = (atMs - today * DAY_MS) / DAY_MS;
  const [one, seven, thirty] = delayedDays.map((days) => ({
    fraud: sumOf(fraud, 0, days),
    payments: sumOf(payments, LABEL_DELAY_DAYS + 1, LABEL_DELAY_DAYS + days) +
      (payments[LABEL_DELAY_DAYS] ?? 0) * passed,
  }));
  const none = { fraud: 0, payments: 0 };
  const lastFraud = fraud.findIndex((count) => count !== 0);
  return {
    delayed: { 1: one ?? none, 7: seven ?? none, 30: thirty ?? none },
    knownDays: Math.max(0, any.findLastIndex((count) => count !== 0)),
    daysSinceFraud: lastFraud < 0 ? undefined : lastFraud,
  };
}

/** Of the days from `first` to `last` ago. */
function sumOf(days: readonly number[], first: number, last: number): number {
  let sum = 0;
  for (let ago = first; ago <= last; ago++) sum = added(sum, days[ago] ?? 0);
  return sum;
}

/** Of one of whom nothing is remembered. */
export const stranger: EntityView = viewOf(undefined);
