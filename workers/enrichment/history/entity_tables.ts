import { cellOf, levels } from "./cells.ts";
import { type Change, type Contribution, happenings } from "./contribution.ts";
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

export const LEVELS = [0, 1, 2] as const;
export type Level = (typeof LEVELS)[number];

/**
 * What is remembered of an entity, added up by cells.
 *
 * It takes at most `kept` cells of each level for each currency, of 48 bytes and two slots each of 16 bytes for whom it met.
 */
export class EntityTables {
  /** By cell and currency: see `COLUMNS`. */
  readonly rows = new SortedTable(COLUMNS);
  /** By cell, currency and slot of a counterpart: how often it was met. */
  readonly slots = new SortedTable(1);

  /** @param newestMs of the entity, the change counted in: what is too old by it is left out */
  fold({ contribution, sign }: Change, newestMs: number): void {
    const { atMs, happening, minor, slotA, slotB } = contribution;
    const { rows, slots } = this;
    const currency = currencyNumber(contribution.currency);
    for (const level of LEVELS) {
      const cell = cellOf(level, atMs);
      if (cell < oldestCell(level, newestMs)) continue;
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

  /** Leaves behind what is too old now that time has gone on. */
  leave(beforeMs: number, nowMs: number): void {
    for (const level of LEVELS) {
      if (cellOf(level, beforeMs) === cellOf(level, nowMs)) continue;
      const from = firstKey(level, 0);
      const to = firstKey(level, oldestCell(level, nowMs));
      this.rows.removeBetween(from, to);
      this.slots.removeBetween(from * SLOT_KEYS, to * SLOT_KEYS);
    }
  }
}

/** The oldest cell that is kept of a level, by an entity's newest time. */
export function oldestCell(level: Level, newestMs: number): number {
  return Math.max(0, cellOf(level, newestMs) - levels[level].kept + 1);
}

/** Whether a contribution is too old for all levels, by an entity's newest time. */
export function isLeftBehind(
  { atMs }: Pick<Contribution, "atMs">,
  newestMs: number,
): boolean {
  return LEVELS.every((level) =>
    cellOf(level, atMs) < oldestCell(level, newestMs)
  );
}

/** The lowest key of a cell, of whatever currency. */
export function firstKey(level: Level, cell: number): number {
  return (level * CELLS_OF_LEVEL + cell) * CURRENCIES;
}

/** The lowest slot key of a cell. */
export function firstSlotKey(level: Level, cell: number): number {
  return firstKey(level, cell) * SLOT_KEYS;
}

/** The cell in a row's key. */
export function cellIn(rowKey: number): number {
  return remainder(Math.floor(rowKey / CURRENCIES), CELLS_OF_LEVEL);
}

/** The key of the row that a slot's key belongs to. */
export function rowKeyIn(slotKey: number): number {
  return Math.floor(slotKey / SLOT_KEYS);
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
