import type { Change } from "./contribution.ts";
import { Entity, FEW } from "./entity.ts";
import type { DelayedRisk, Recent, Totals } from "./recent.ts";
import { type Moment, RunningTotals } from "./running_totals.ts";

/** What can be asked of an entity. */
export interface EntityView {
  /**
   * What happened up to a moment. Time is seen in cells: what else happened in the moment's own cell counts too.
   *
   * @param currency whose amounts are added up
   */
  recent(atMs: number, currency: string): Recent;
}

/** What is worked with while one answer is added up: nothing of it is kept, and nothing waits in between. */
const totals = new RunningTotals();

/** An entity with changes that are not folded into it. It says exactly what it would say if they were. */
export class PendingEntity implements EntityView {
  readonly #base: Entity;
  readonly #pending: Change[] = [];
  #newestMs: number;
  #running: RunningTotals | undefined;

  /** @param base which must not change meanwhile; absent: one of whom nothing is remembered */
  constructor(base: Entity = nobody) {
    this.#base = base;
    this.#newestMs = base.newestMs;
  }

  fold(change: Change): void {
    this.#pending.push(change);
    this.#newestMs = Math.max(this.#newestMs, change.contribution.atMs);
    this.#running?.fold(change);
  }

  recent(atMs: number, currency: string): Recent {
    const moment = { atMs, currency };
    const running = this.#runningAt(moment) ?? this.#addUp(totals, moment);
    return running.recent(moment);
  }

  #runningAt(moment: Moment): RunningTotals | undefined {
    if (!RunningTotals.mayBeKept(moment, this.#newestMs)) return undefined;
    if (this.#running?.isOf(moment)) return this.#running;
    const base = this.#base.running(moment);
    if (base === undefined && this.#pending.length <= FEW) return undefined;
    if (base === undefined) {
      this.#running = this.#addUp(new RunningTotals(), moment);
    } else {
      this.#running = base.copy();
      for (const change of this.#pending) this.#running.fold(change);
    }
    return this.#running;
  }

  #addUp(into: RunningTotals, moment: Moment): RunningTotals {
    into.begin(moment, this.#newestMs);
    this.#base.addTo(into);
    for (const change of this.#pending) into.fold(change);
    return into;
  }
}

const nobody = new Entity();

/** An entity as it is. */
export function viewOf(entity: Entity): EntityView {
  return {
    recent(atMs, currency) {
      const moment = { atMs, currency };
      const running = entity.running(moment);
      if (running !== undefined) return running.recent(moment);
      totals.begin(moment, entity.newestMs);
      entity.addTo(totals);
      return totals.recent(moment);
    },
  };
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
export const stranger: EntityView = { recent: () => strange };
