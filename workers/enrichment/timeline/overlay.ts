import type { EntityKey } from "../history/entity_key.ts";
import { type EntityView, PendingEntity } from "../history/entity_view.ts";
import type { Fact } from "../history/fact.ts";
import type { History, HistoryView } from "../history/history.ts";
import {
  type PaymentMemory,
  remember,
  type Remembered,
} from "../history/payment_memory.ts";

/** A history with further facts, which it does not have itself: those of one partition in the slice in hand. */
export class Overlay implements HistoryView {
  readonly #history: History;
  readonly #entities = new Map<EntityKey, PendingEntity>();
  readonly #payments = new Map<string, PaymentMemory>();
  /** What was last asked for, of a fact that most likely is taken in next. */
  #asked: { readonly fact: Fact; readonly remembered: Remembered } | undefined;

  constructor(history: History) {
    this.#history = history;
  }

  entity(key: EntityKey): EntityView | undefined {
    return this.#entities.get(key) ?? this.#history.entity(key);
  }

  payment(key: string): PaymentMemory | undefined {
    return this.#payments.get(key) ?? this.#history.payment(key);
  }

  with(fact: Fact): Remembered {
    if (this.#asked?.fact === fact) return this.#asked.remembered;
    const remembered = remember(this.payment(fact.payment), fact);
    this.#asked = { fact, remembered };
    return remembered;
  }

  /** Takes in a fact, and says what came of it. */
  take(fact: Fact): Remembered {
    const remembered = this.with(fact);
    this.#asked = undefined;
    const { before, memory, changes } = remembered;
    if (memory !== before) this.#payments.set(fact.payment, memory);
    for (const change of changes) {
      const key = change.contribution.entity;
      let entity = this.#entities.get(key);
      if (entity === undefined) {
        entity = new PendingEntity(this.#history.entities.get(key));
        this.#entities.set(key, entity);
      }
      entity.fold(change);
    }
    return remembered;
  }
}
