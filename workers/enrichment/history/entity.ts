import type { Change } from "./contribution.ts";
import { EntityTables, isLeftBehind } from "./entity_tables.ts";
import { type Moment, RunningTotals } from "./running_totals.ts";

/** Of an entity that nothing was folded into. */
const NEVER = 0;

/**
 * Of most entities little is known: an order is of one payment, and a customer comes seldom. So many changes are kept as they are,
 * which takes a tenth of the memory of tables, and is asked as quickly. Of more they are added up in tables.
 */
export const FEW = 16;

/** An entity that takes so much itself keeps its running totals too: it is one that is asked all the time. */
const MANY_SLOTS = 256;

/**
 * What is remembered of a customer, an instrument, a merchant or an order.
 *
 * It is a function of the set of changes that were folded, in whatever order they came: all that it holds are sums of whole
 * numbers (modulo 2^52) and the newest time that was seen. What is older than its cells are kept is not in it, neither if it came
 * first and was left behind nor if it comes late. To fold a contribution out again leaves what was before, but for the newest time.
 */
export class Entity {
  #few: Change[] | undefined = [];
  #tables: EntityTables | undefined;
  #newestMs = NEVER;
  /** Of the cells that were asked about last. */
  #running: RunningTotals | undefined;

  /** The newest time of all that was ever folded, out or in; 0 of an entity that is new. */
  get newestMs(): number {
    return this.#newestMs;
  }

  /** What was folded, as it came; undefined if it is in tables. Some of it may be too old to count any more. */
  get few(): readonly Change[] | undefined {
    return this.#few;
  }

  fold(change: Change): void {
    this.seen(change.contribution.atMs);
    if (this.#tables !== undefined) {
      this.#tables.fold(change, this.#newestMs);
      this.#running?.fold(change);
      return;
    }
    this.#few?.push(change);
    if ((this.#few?.length ?? 0) > FEW) this.#addUp();
  }

  /** Takes note that time has gone on, and leaves behind what is too old by it. */
  seen(atMs: number): void {
    if (atMs <= this.#newestMs) return;
    this.#tables?.leave(this.#newestMs, atMs);
    this.#newestMs = atMs;
  }

  /** All of it added up: what holds the same has the same tables. */
  tables(): EntityTables {
    if (this.#tables !== undefined) return this.#tables;
    const tables = new EntityTables();
    for (const change of this.#few ?? []) tables.fold(change, this.#newestMs);
    return tables;
  }

  /** Takes over what was read, of an entity that is new. */
  restore(newestMs: number, tables: EntityTables): void {
    this.#newestMs = newestMs;
    this.#tables = tables;
    this.#few = undefined;
  }

  /** Adds what it remembers to totals. */
  addTo(totals: RunningTotals): void {
    if (this.#tables !== undefined) totals.addTables(this.#tables);
    for (const change of this.#few ?? []) totals.fold(change);
  }

  /**
   * Totals of a moment that are kept, so that the next one who asks need not add them up again.
   *
   * @returns undefined if there is so little that it is added up as quickly
   */
  running(moment: Moment): RunningTotals | undefined {
    if ((this.#tables?.slots.keys.length ?? 0) < MANY_SLOTS) return undefined;
    if (!RunningTotals.mayBeKept(moment, this.#newestMs)) return undefined;
    if (this.#running?.isOf(moment) !== true) {
      this.#running = new RunningTotals();
      this.#running.begin(moment, this.#newestMs);
      this.addTo(this.#running);
    }
    return this.#running;
  }

  #addUp(): void {
    const left =
      this.#few?.filter(({ contribution }) =>
        !isLeftBehind(contribution, this.#newestMs)
      ) ?? [];
    if (left.length <= FEW) {
      this.#few = left;
      return;
    }
    this.#tables = this.tables();
    this.#few = undefined;
  }
}
