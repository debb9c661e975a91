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
  /** From the longest unseen to the last seen. */
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
    this.payments.delete(fact.payment);
    this.payments.set(fact.payment, remembered.memory);
    for (const change of remembered.changes) this.fold(change);
    return remembered;
  }

  fold(change: Change): void {
    const key = change.contribution.entity;
    const entity = this.entities.get(key) ?? new Entity();
    entity.fold(change);
    this.entities.delete(key);
    this.entities.set(key, entity);
  }

  /** Lets those go that were seen longest ago. */
  leaveAtMost({ entities, payments }: { entities: number; payments: number }) {
    leave(this.entities, entities);
    leave(this.payments, payments);
  }
}

function leave(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
