import { Entity } from "../history/entity.ts";
import type { EntityKey } from "../history/entity_key.ts";
import { type EntityView, viewOf } from "../history/entity_view.ts";
import type { Fact } from "../history/fact.ts";
import type { History, HistoryView } from "../history/history.ts";
import { type PaymentMemory, remember } from "../history/payment_memory.ts";

/** A history with further facts, which it does not have itself: those of one partition in the slice in hand. */
export class Overlay implements HistoryView {
  readonly #history: History;
  readonly #entities = new Map<EntityKey, Entity>();
  readonly #payments = new Map<string, PaymentMemory>();

  constructor(history: History) {
    this.#history = history;
  }

  entity(key: EntityKey): EntityView | undefined {
    const own = this.#entities.get(key);
    return own === undefined ? this.#history.entity(key) : viewOf(own);
  }

  payment(key: string): PaymentMemory | undefined {
    return this.#payments.get(key) ?? this.#history.payment(key);
  }

  take(fact: Fact): void {
    const { memory, changes } = remember(this.payment(fact.payment), fact);
    this.#payments.set(fact.payment, memory);
    for (const change of changes) {
      const key = change.contribution.entity;
      let entity = this.#entities.get(key);
      if (entity === undefined) {
        entity = copyOf(this.#history.entities.get(key));
        this.#entities.set(key, entity);
      }
      entity.fold(change);
    }
  }
}

function copyOf(original: Entity | undefined): Entity {
  const copy = new Entity();
  if (original === undefined) return copy;
  copy.seen(original.newestMs);
  for (const table of ["rows", "slots"] as const) {
    append(copy[table].keys, original[table].keys);
    append(copy[table].values, original[table].values);
  }
  return copy;
}

/** To spread many numbers into one call would be more than its stack holds. */
function append(to: number[], from: readonly number[]): void {
  for (const one of from) to.push(one);
}
