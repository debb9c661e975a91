import type { Fact } from "../history/fact.ts";
import { History, type HistoryView } from "../history/history.ts";
import type { Remembered } from "../history/payment_memory.ts";
import { type Placed, SLICE_MS } from "./lane.ts";
import { Overlay } from "./overlay.ts";
import type { Cut, Past } from "./timeline.ts";

/** A record that the past knows what to do with. */
export type Told = {
  /** What is remembered of it; undefined if it says nothing of a payment, or is meant for another service. */
  readonly fact: Fact | undefined;
};

/** What is known when a record comes. */
export type Known = {
  readonly view: HistoryView;
  readonly cut: Cut;
  /** Since when records are remembered, in milliseconds by the broker's clock. */
  readonly sinceMs: number;
  /** The record's own time, by the same clock: the beginning of its slice. */
  readonly sliceMs: number;
};

/** How much is remembered at most. */
export type Bounds = { readonly entities: number; readonly payments: number };

/** The past of a timeline: a history. */
export class RememberedPast<C extends Told, A> implements Past<C, A> {
  readonly history: History;
  readonly #judge: (content: C, known: Known) => A;
  readonly #bounds: Bounds;
  readonly #overlays = new Map<number, Overlay>();
  /** What came of the facts of the slice in hand that were judged: most likely it does again when they are folded. */
  readonly #known = new Map<Fact, Remembered>();
  #firstSlice: number | undefined;
  #evicted = 0;

  constructor(
    { judge, bounds, history = new History(), firstSlice }: {
      judge: (content: C, known: Known) => A;
      bounds: Bounds;
      history?: History;
      firstSlice?: number | undefined;
    },
  ) {
    this.#judge = judge;
    this.#bounds = bounds;
    this.history = history;
    this.#firstSlice = firstSlice;
  }

  get firstSlice(): number | undefined {
    return this.#firstSlice;
  }

  /** How many entities and payments have left because there were too many. */
  get evicted(): number {
    return this.#evicted;
  }

  judge(
    { content, slice }: Placed<C>,
    { partition, cut }: { partition: number; cut: Cut },
  ): A {
    const overlay = this.#overlays.get(partition) ?? new Overlay(this.history);
    this.#overlays.set(partition, overlay);
    const answer = this.#judge(content, {
      view: overlay,
      cut,
      sinceMs: (this.#firstSlice ?? slice) * SLICE_MS,
      sliceMs: slice * SLICE_MS,
    });
    const { fact } = content;
    if (fact !== undefined) this.#known.set(fact, overlay.take(fact));
    return answer;
  }

  fold(slice: readonly { record: Placed<C> }[]): void {
    for (const { record } of slice) {
      this.#firstSlice ??= record.slice;
      const { fact } = record.content;
      if (fact !== undefined) this.history.take(fact, this.#known.get(fact));
    }
    this.#evicted += this.history.leaveAtMost(this.#bounds);
    this.#overlays.clear();
    this.#known.clear();
  }
}
