/** Something that waits in a queue, to be taken out of it early. */
export type Waiting<T> = {
  readonly item: T;
  previous: Waiting<T> | undefined;
  next: Waiting<T> | undefined;
  isIn: boolean;
};

/**
 * A queue that takes, gives and lets go of anything in it in constant time, and keeps nothing of what has
 * left it: a list with links both ways.
 *
 * Neither an Array nor a Set will do. An Array moves all that is behind what leaves: V8 spares itself that
 * for the first item, but not past some 16,000. A Set passes over all that was removed from its front
 * before, whenever it is asked for its first.
 */
export class Queue<T> {
  #first: Waiting<T> | undefined;
  #last: Waiting<T> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What is first in it. */
  get first(): T | undefined {
    return this.#first?.item;
  }

  push(item: T): Waiting<T> {
    const previous = this.#last;
    const waiting = { item, previous, next: undefined, isIn: true };
    if (previous === undefined) this.#first = waiting;
    else previous.next = waiting;
    this.#last = waiting;
    this.#length++;
    return waiting;
  }

  /** Takes the first out. */
  shift(): T | undefined {
    const first = this.#first;
    if (first !== undefined) this.remove(first);
    return first?.item;
  }

  /** Takes one out, wherever it is; false if it has left already. */
  remove(waiting: Waiting<T>): boolean {
    if (!waiting.isIn) return false;
    const { previous, next } = waiting;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    waiting.isIn = false;
    // Whoever still holds it holds none of its neighbours.
    waiting.previous = undefined;
    waiting.next = undefined;
    this.#length--;
    return true;
  }
}
