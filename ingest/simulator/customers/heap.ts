/** What is due at some moment, the earliest first; of the same moment, what came first. A binary heap. */
export class DueHeap<T> {
  readonly #entries: { atMs: number; order: number; one: T }[] = [];
  #added = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** When the earliest is due, in milliseconds; Infinity if there is none. */
  get nextMs(): number {
    return this.#entries[0]?.atMs ?? Infinity;
  }

  add(atMs: number, one: T): void {
    const entries = this.#entries;
    const entry = { atMs, order: this.#added++, one };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = entries[above];
      if (parent === undefined || !isBefore(entry, parent)) break;
      entries[at] = parent;
      at = above;
    }
    entries[at] = entry;
  }

  /** Takes the earliest out. */
  take(): T | undefined {
    const entries = this.#entries;
    const [first] = entries;
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) {
      return first?.one;
    }
    let at = 0;
    for (;;) {
      const [left, right] = [entries[2 * at + 1], entries[2 * at + 2]];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, last)) break;
      entries[at] = child;
      at = 2 * at + (isRight ? 2 : 1);
    }
    entries[at] = last;
    return first.one;
  }
}

type Placed = { readonly atMs: number; readonly order: number };

function isBefore(a: Placed, b: Placed): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
