/** Things that wait for their time: a binary heap, the earliest first; of one time, in the order in which they came. */
export class Waiting<T> {
  readonly #heap: {
    readonly atMs: number;
    readonly n: number;
    readonly one: T;
  }[] = [];
  #count = 0;

  add(atMs: number, one: T): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push({ atMs, n: this.#count++, one });
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#isBefore(at, above)) return;
      this.#swap(at, above);
      at = above;
    }
  }

  /** Takes out the earliest, if its time has come. */
  take(nowMs: number): T | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.atMs > nowMs) return undefined;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first.one;
    heap[0] = last;
    let at = 0;
    while (true) {
      let least = at;
      for (const below of [2 * at + 1, 2 * at + 2]) {
        if (below < heap.length && this.#isBefore(below, least)) least = below;
      }
      if (least === at) return first.one;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return false;
    return one.atMs < other.atMs ||
      (one.atMs === other.atMs && one.n < other.n);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
