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

  /** Takes in a fact: the payment's memory, and what it changes for those who have part in it. */
  take(fact: Fact): Remembered {
    const remembered = remember(this.payments.get(fact.payment), fact);
    this.payments.set(fact.payment, remembered.memory);
    for (const change of remembered.changes) this.fold(change);
    return remembered;
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
  const all = [...map].map(([key, one]) => ({ key, at: seenMs(one) }));
  all.sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1));
  const gone = all.slice(0, map.size - most);
  for (const { key } of gone) map.delete(key);
  return gone.length;
}
