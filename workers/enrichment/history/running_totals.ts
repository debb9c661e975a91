import {
  cellOf,
  DAY_MS,
  type DelayedDays,
  LABEL_DELAY_DAYS,
  levels,
  windowNames,
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
  type EntityTables,
  firstKey,
  firstSlotKey,
  LEVELS,
  MINOR_COLUMN,
  oldestCell,
  rootParts,
  ROOTS_COLUMN,
  rowKeyIn,
  slotIn,
} from "./entity_tables.ts";
import { SLOTS } from "./hashes.ts";
import { added } from "./modular.ts";
import type { DelayedRisk, Recent, Totals } from "./recent.ts";

/** When it is asked about, and in which currency amounts are added up. */
export type Moment = { readonly atMs: number; readonly currency: string };

const DAYS = 2;
const { kept: KEPT_DAYS } = levels[DAYS];
/** Within so many cells of 5 minutes before its newest time, nothing that an entity's windows need is left behind. */
const SPARE_CELLS = levels[0].kept - windows["1h"].cells - 1;

const WINDOWS = windowNames.length;
/** The windows of each level, each with how many whole cells it has before the last. */
const windowsOf = LEVELS.map((level) =>
  windowNames.flatMap((name, window) =>
    windows[name].level === level
      ? [{ window, cells: windows[name].cells }]
      : []
  )
);

/** Where in `#sums` what is: counts of each window, how often it met whom, how many of these it met, and counts of days. */
const COUNTS = MINOR_COLUMN;
const MET = WINDOWS * COUNTS;
const FILLED = MET + WINDOWS * 2 * SLOTS;
const PAYMENTS = FILLED + WINDOWS * 2;
const FRAUDS = PAYMENTS + KEPT_DAYS;
const ALL = FRAUDS + KEPT_DAYS;
const SUMS = ALL + KEPT_DAYS;

/** Of a window, by currency: payments, minor units and roots. */
const MONEY = 3;
const noMoney = new Float64Array(WINDOWS * MONEY);

/**
 * All that is asked of an entity at a moment, added up over its cells, and changed by each change that is folded since. It is the
 * same whether all is added up anew or was changed bit by bit, for all sums are of whole numbers modulo 2^52.
 *
 * Time is seen in cells. So long as moments are of the same cells, totals of one are totals of the other.
 */
export class RunningTotals {
  #sums = new Float64Array(SUMS);
  #money = new Map<number, Float64Array>();
  /** By level, the cell that the moment is in. */
  readonly #last = [0, 0, 0];
  /** By window, its first cell. */
  readonly #first = new Array<number>(WINDOWS).fill(0);
  #firstDay = 0;

  /**
   * Whether nothing of what totals of a moment are made of is left behind. Else totals depend on how old an entity's newest
   * time lets them be, and are good once.
   */
  static mayBeKept({ atMs }: Moment, newestMs: number): boolean {
    return cellOf(DAYS, newestMs) <= cellOf(DAYS, atMs) &&
      cellOf(0, newestMs) - cellOf(0, atMs) <= SPARE_CELLS;
  }

  /** Begins with nothing. */
  begin({ atMs }: Moment, newestMs: number): void {
    this.#sums.fill(0);
    this.#money.clear();
    for (const level of LEVELS) {
      const last = cellOf(level, atMs);
      const oldest = oldestCell(level, newestMs);
      this.#last[level] = last;
      for (const { window, cells } of windowsOf[level] ?? []) {
        this.#first[window] = Math.max(last - cells, oldest);
      }
    }
    this.#firstDay = Math.max(
      oldestCell(DAYS, newestMs),
      oldestCell(DAYS, atMs),
    );
  }

  /** Whether these are a moment's totals. */
  isOf({ atMs }: Moment): boolean {
    return this.#last[0] === cellOf(0, atMs);
  }

  copy(): RunningTotals {
    const copy = new RunningTotals();
    copy.#sums.set(this.#sums);
    for (const [currency, money] of this.#money) {
      copy.#money.set(currency, money.slice());
    }
    for (const level of LEVELS) copy.#last[level] = this.#last[level] ?? 0;
    for (let n = 0; n < WINDOWS; n++) copy.#first[n] = this.#first[n] ?? 0;
    copy.#firstDay = this.#firstDay;
    return copy;
  }

  fold({ contribution, sign }: Change): void {
    const { atMs, happening, minor, slotA, slotB } = contribution;
    const column = columns[happening];
    for (const level of LEVELS) {
      const cell = cellOf(level, atMs);
      if (cell > (this.#last[level] ?? 0)) continue;
      if (level === DAYS) this.#addToDay(cell, column, sign);
      for (const { window } of windowsOf[level] ?? []) {
        if (cell < (this.#first[window] ?? 0)) continue;
        this.#add(window * COUNTS + column, sign);
        if (slotA >= 0) this.#meet(window, slotA, sign);
        if (slotB >= 0) this.#meet(window, SLOTS + slotB, sign);
        if (happening !== "payment") continue;
        const money = this.#moneyOf(currencyNumber(contribution.currency));
        const at = window * MONEY;
        addTo(money, at, sign);
        addTo(money, at + 1, sign * minor);
        addTo(money, at + 2, sign * rootParts(minor));
      }
    }
  }

  addTables({ rows, slots }: EntityTables): void {
    for (const level of LEVELS) {
      const last = this.#last[level] ?? 0;
      const first = this.#firstOf(level);
      const end = rows.from(firstKey(level, last + 1));
      for (let row = rows.from(firstKey(level, first)); row < end; row++) {
        this.#addRow(level, rows.keys[row] ?? 0, rows.values, row * COLUMNS);
      }
      const slotEnd = slots.from(firstSlotKey(level, last + 1));
      for (let n = slots.from(firstSlotKey(level, first)); n < slotEnd; n++) {
        const key = slots.keys[n] ?? 0;
        const cell = cellIn(rowKeyIn(key));
        const slot = slotIn(key);
        for (const { window } of windowsOf[level] ?? []) {
          if (cell < (this.#first[window] ?? 0)) continue;
          this.#meet(window, slot, slots.values[n] ?? 0);
        }
      }
    }
  }

  /** What they come to. */
  recent({ atMs, currency }: Moment): Recent {
    const money = this.#money.get(currencyNumber(currency)) ?? noMoney;
    const today = this.#last[DAYS] ?? 0;
    const passed = (atMs - today * DAY_MS) / DAY_MS;
    const lastFraud = this.#firstDayOf(FRAUDS);
    return {
      windows: {
        "5m": this.#totalsOf(0, money),
        "1h": this.#totalsOf(1, money),
        "1d": this.#totalsOf(2, money),
        "7d": this.#totalsOf(3, money),
        "30d": this.#totalsOf(4, money),
      },
      delayed: {
        1: this.#risk(1, passed),
        7: this.#risk(7, passed),
        30: this.#risk(30, passed),
      },
      knownDays: this.#lastDayOf(ALL),
      daysSinceFraud: lastFraud < 0 ? undefined : lastFraud,
    };
  }

  #totalsOf(window: number, money: Float64Array): Totals {
    const sums = this.#sums;
    const at = window * COUNTS;
    return {
      payments: sums[at] ?? 0,
      failed: sums[at + 1] ?? 0,
      fraud: sums[at + 2] ?? 0,
      disputes: sums[at + 3] ?? 0,
      ofCurrency: money[window * MONEY] ?? 0,
      minor: money[window * MONEY + 1] ?? 0,
      roots: money[window * MONEY + 2] ?? 0,
      distinctA: distinctOf(sums[FILLED + 2 * window] ?? 0),
      distinctB: distinctOf(sums[FILLED + 2 * window + 1] ?? 0),
    };
  }

  #risk(days: DelayedDays, passed: number): DelayedRisk {
    const sums = this.#sums;
    return {
      fraud: sumOf(sums, FRAUDS, FRAUDS + days),
      payments: sumOf(
        sums,
        PAYMENTS + LABEL_DELAY_DAYS + 1,
        PAYMENTS + LABEL_DELAY_DAYS + days,
      ) + (sums[PAYMENTS + LABEL_DELAY_DAYS] ?? 0) * passed,
    };
  }

  /** The fewest days ago of which there is anything; -1 if there is nothing. */
  #firstDayOf(kind: number): number {
    for (let ago = 0; ago < KEPT_DAYS; ago++) {
      if (this.#sums[kind + ago] !== 0) return ago;
    }
    return -1;
  }

  /** The most days ago of which there is anything; 0 if there is nothing. */
  #lastDayOf(kind: number): number {
    for (let ago = KEPT_DAYS - 1; ago > 0; ago--) {
      if (this.#sums[kind + ago] !== 0) return ago;
    }
    return 0;
  }

  /** The first cell that any window of a level has. */
  #firstOf(level: (typeof LEVELS)[number]): number {
    let first = level === DAYS ? this.#firstDay : Infinity;
    for (const { window } of windowsOf[level] ?? []) {
      first = Math.min(first, this.#first[window] ?? 0);
    }
    return first;
  }

  #addRow(
    level: (typeof LEVELS)[number],
    key: number,
    values: readonly number[],
    at: number,
  ): void {
    const cell = cellIn(key);
    if (level === DAYS) {
      for (let column = 0; column < COUNTS; column++) {
        this.#addToDay(cell, column, values[at + column] ?? 0);
      }
    }
    for (const { window } of windowsOf[level] ?? []) {
      if (cell < (this.#first[window] ?? 0)) continue;
      for (let column = 0; column < COUNTS; column++) {
        this.#add(window * COUNTS + column, values[at + column] ?? 0);
      }
      const money = this.#moneyOf(currencyIn(key));
      addTo(money, window * MONEY, values[at] ?? 0);
      addTo(money, window * MONEY + 1, values[at + MINOR_COLUMN] ?? 0);
      addTo(money, window * MONEY + 2, values[at + ROOTS_COLUMN] ?? 0);
    }
  }

  #addToDay(cell: number, column: number, value: number): void {
    if (cell < this.#firstDay) return;
    const ago = (this.#last[DAYS] ?? 0) - cell;
    this.#add(ALL + ago, value);
    if (column === columns.payment) this.#add(PAYMENTS + ago, value);
    if (column === columns.fraud) this.#add(FRAUDS + ago, value);
  }

  #add(at: number, value: number): void {
    addTo(this.#sums, at, value);
  }

  #meet(window: number, slot: number, times: number): void {
    const sums = this.#sums;
    const at = MET + window * 2 * SLOTS + slot;
    const before = sums[at] ?? 0;
    const after = added(before, times);
    sums[at] = after;
    if (before === 0 && after !== 0) addTo(sums, filledAt(window, slot), 1);
    if (before !== 0 && after === 0) addTo(sums, filledAt(window, slot), -1);
  }

  #moneyOf(currency: number): Float64Array {
    let money = this.#money.get(currency);
    if (money === undefined) {
      money = new Float64Array(WINDOWS * MONEY);
      this.#money.set(currency, money);
    }
    return money;
  }
}

function filledAt(window: number, slot: number): number {
  return FILLED + 2 * window + (slot < SLOTS ? 0 : 1);
}

function addTo(sums: Float64Array, at: number, value: number): void {
  sums[at] = added(sums[at] ?? 0, value);
}

function sumOf(sums: Float64Array, first: number, last: number): number {
  let sum = 0;
  for (let at = first; at <= last; at++) sum = added(sum, sums[at] ?? 0);
  return sum;
}
