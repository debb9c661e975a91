import type { Change } from "./contribution.ts";
import { Entity } from "./entity.ts";
import type { EntityKey } from "./entity_key.ts";
import { type EntityView, viewOf } from "./entity_view.ts";
import type { Fact } from "./fact.ts";
import {
  type PaymentMemory,
  remember,
  type Remembered,
} from "./payment_memory.ts";

/** What features ask: of whoever has part in a payment, and of the payment. */
export interface HistoryView {
  entity(key: EntityKey): EntityView | undefined;
  payment(key: string): PaymentMemory | undefined;
  /** What is remembered of a payment once a fact of it is, which is not taken in by this. */
  with(fact: Fact): Remembered;
}

/** A history in memory, with nothing pending. */
export class History implements HistoryView {
  readonly entities = new Map<EntityKey, Entity>();
  readonly payments = new Map<string, PaymentMemory>();

  entity(key: EntityKey): EntityView | undefined {
    const entity = this.entities.get(key);
    return entity === undefined ? undefined : viewOf(entity);
  }

  payment(key: string): PaymentMemory | undefined {
    return this.payments.get(key);
  }

  with(fact: Fact): Remembered {
    return remember(this.payments.get(fact.payment), fact);
  }

  /**
   * Takes in a fact: the payment's memory, and what it changes for those who have part in it.
   *
   * @param known what comes of it, if that is known for what is remembered of the payment now
   */
  take(fact: Fact, known?: Remembered): void {
    const before = this.payments.get(fact.payment);
    const isKnown = known !== undefined && known.before === before;
    const { memory, changes } = isKnown ? known : remember(before, fact);
    if (memory !== before) this.payments.set(fact.payment, memory);
    for (const change of changes) this.fold(change);
  }

  fold(change: Change): void {
    const key = change.contribution.entity;
    let entity = this.entities.get(key);
    if (entity === undefined) {
      entity = new Entity();
      this.entities.set(key, entity);
    }
    entity.fold(change);
  }

  /**
   * Lets those go that were seen longest ago, if there are more than the half again of what may stay: to sort them takes time.
   *
   * @returns how many went
   */
  leaveAtMost(most: { entities: number; payments: number }): number {
    return leave(this.entities, most.entities, ({ newestMs }) => newestMs) +
      leave(this.payments, most.payments, ({ facts }) => facts[0]?.atMs ?? 0);
  }
}

const SLACK = 1.5;

function leave<T>(
  map: Map<string, T>,
  most: number,
  seenMs: (one: T) => number,
): number {
  if (map.size <= most * SLACK) return 0;
  const times = Float64Array.from(map.values(), seenMs).sort();
  const leaving = map.size - most;
  const last = times[leaving - 1] ?? 0;
  // Of those that were seen last at the same time as the last that leaves, the lowest keys leave.
  const alike: string[] = [];
  let gone = 0;
  for (const [key, one] of map) {
    const at = seenMs(one);
    if (at > last) continue;
    if (at === last) alike.push(key);
    else {
      map.delete(key);
      gone++;
    }
  }
  for (const key of alike.sort().slice(0, leaving - gone)) map.delete(key);
  return leaving;
}
