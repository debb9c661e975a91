import { cellOf, levels } from "./cells.ts";
import { type Change, happenings } from "./contribution.ts";
import { SLOTS } from "./hashes.ts";
import { SortedTable } from "./sorted_table.ts";

/** Columns of a row: one for each happening, the sum of minor units of payments, and the sum of their roots. */
export const COLUMNS = happenings.length + 2;
export const MINOR_COLUMN = happenings.length;
export const ROOTS_COLUMN = happenings.length + 1;

/** The column of each happening. */
export const columns = { payment: 0, failed: 1, fraud: 2, dispute: 3 } as const;

/** Roots of amounts are kept in parts of this size. */
export const ROOT_PARTS = 256;

/** A cell of a level and a currency, as one number that sorts by level, then time. */
const CELLS_OF_LEVEL = 2 ** 24;
const CURRENCIES = 2 ** 15;
/** Of a row, two for each slot. */
const SLOT_KEYS = 2 * SLOTS;

const LEVELS = [0, 1, 2] as const;

/** Of an entity that nothing was folded into. */
const NEVER = 0;

/**
 * What is remembered of a customer, an instrument, a merchant or an order.
 *
 * It is a function of the set of changes that were folded, in whatever order they came: all that it holds are sums of whole
 * numbers (modulo 2^52) and the newest time that was seen. What is older than its cells are kept is not in it, neither if it came
 * first and was left behind nor if it comes late. To fold a contribution out again leaves what was before, but for the newest time.
 *
 * It takes at most `kept` cells of each level for each currency, of 48 bytes and two slots each of 16 bytes for whom it met.
 */
export class Entity {
  /** By cell and currency: see `COLUMNS`. */
  readonly rows = new SortedTable(COLUMNS);
  /** By cell, currency and slot of a counterpart: how often it was met. */
  readonly slots = new SortedTable(1);
  #newestMs = NEVER;

  /** The newest time of all that was ever folded, out or in; 0 of an entity that is new. */
  get newestMs(): number {
    return this.#newestMs;
  }

  fold({ contribution, sign }: Change): void {
    const { atMs, happening, minor, slotA, slotB } = contribution;
    this.seen(atMs);
    const { rows, slots } = this;
    const currency = currencyNumber(contribution.currency);
    for (const level of LEVELS) {
      const cell = cellOf(level, atMs);
      if (cell >= oldestCell(level, this.#newestMs)) {
        const key = firstKey(level, cell) + currency;
        const row = rows.rowOf(key);
        rows.add(row, columns[happening], sign);
        if (happening === "payment") {
          rows.add(row, MINOR_COLUMN, sign * minor);
          rows.add(row, ROOTS_COLUMN, sign * rootParts(minor));
        }
        rows.tidy(row);
        if (slotA >= 0) addOne(slots, key * SLOT_KEYS + slotA, sign);
        if (slotB >= 0) addOne(slots, key * SLOT_KEYS + SLOTS + slotB, sign);
      }
    }
  }

  /** Takes note that time has gone on, and leaves behind what is too old by it. */
  seen(atMs: number): void {
    if (atMs <= this.#newestMs) return;
    const beforeMs = this.#newestMs;
    this.#newestMs = atMs;
    for (const level of LEVELS) {
      if (cellOf(level, beforeMs) === cellOf(level, atMs)) continue;
      const from = firstKey(level, 0);
      const to = firstKey(level, oldestCell(level, atMs));
      this.rows.removeBetween(from, to);
      this.slots.removeBetween(from * SLOT_KEYS, to * SLOT_KEYS);
    }
  }

  /** Whether it holds nothing but a time. */
  get isEmpty(): boolean {
    return this.rows.keys.length === 0 && this.slots.keys.length === 0;
  }
}

/** The oldest cell that is kept of a level, by an entity's newest time. */
export function oldestCell(level: 0 | 1 | 2, newestMs: number): number {
  return Math.max(0, cellOf(level, newestMs) - levels[level].kept + 1);
}

/** The lowest key of a cell, of whatever currency. */
export function firstKey(level: 0 | 1 | 2, cell: number): number {
  return (level * CELLS_OF_LEVEL + cell) * CURRENCIES;
}

/** The lowest slot key of a cell. */
export function firstSlotKey(level: 0 | 1 | 2, cell: number): number {
  return firstKey(level, cell) * SLOT_KEYS;
}

/** The cell in a row's key. */
export function cellIn(rowKey: number): number {
  return remainder(Math.floor(rowKey / CURRENCIES), CELLS_OF_LEVEL);
}

/** 0 to 127: the slot in a slot's key, those of the second counterpart behind those of the first. */
export function slotIn(slotKey: number): number {
  return remainder(slotKey, SLOT_KEYS);
}

/** The number of the currency in a row's key. */
export function currencyIn(rowKey: number): number {
  return remainder(rowKey, CURRENCIES);
}

/** By a power of two: exact, and quicker than `%` is beyond 2^31. */
function remainder(value: number, by: number): number {
  return value - Math.floor(value / by) * by;
}

function addOne(slots: SortedTable, key: number, sign: 1 | -1): void {
  const row = slots.rowOf(key);
  slots.add(row, 0, sign);
  slots.tidy(row);
}

/** The root of an amount in minor units, in whole parts of `ROOT_PARTS`: IEEE 754 gives the same root everywhere. */
export function rootParts(minor: number): number {
  return Math.floor(Math.sqrt(minor) * ROOT_PARTS);
}

const A = 0x41;

/** Three capital letters as a number below 2^15. */
export function currencyNumber(currency: string): number {
  return ((currency.charCodeAt(0) - A) & 31) << 10 |
    ((currency.charCodeAt(1) - A) & 31) << 5 |
    ((currency.charCodeAt(2) - A) & 31);
}
