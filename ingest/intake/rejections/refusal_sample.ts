/** Of one sender in one group, so that who sends most does not hide the others. */
const MAX_OF_SENDER = 2;

/** Held at once, beside the first of each group. Each is of up to 40 KiB: a body that is looked into, and its headers. */
const MAX_ITEMS = 64;

type Group<T> = {
  refusals: number;
  /** With how many there were of its sender before. */
  readonly items: { readonly item: T; readonly nth: number }[];
  readonly ofSender: Map<string, number>;
};

export type Sampled<T> = {
  readonly item: T;
  /** How many refusals it stands for, itself included. */
  readonly refusals: number;
};

/** What was refused since it was last asked: a few of each group, of as many senders as there is room for, and a count. */
export class RefusalSample<T> {
  #groups = new Map<string, Group<T>>();
  #items = 0;

  /**
   * @param group one of a closed set
   * @param make is called if it is to be one of the sample
   */
  add(
    { group: name, sender }: { group: string; sender: string },
    make: () => T,
  ): void {
    const group = this.#groups.get(name) ??
      { refusals: 0, items: [], ofSender: new Map<string, number>() };
    this.#groups.set(name, group);
    group.refusals++;
    if (this.#items >= MAX_ITEMS && group.items.length > 0) return;
    const nth = group.ofSender.get(sender) ?? 0;
    if (nth >= MAX_OF_SENDER) return;
    group.ofSender.set(sender, nth + 1);
    group.items.push({ item: make(), nth });
    this.#items++;
  }

  /**
   * Takes the sample, and begins another one. Each refusal is counted in one item.
   *
   * @param most as many, but one of each group at least
   */
  take(most: number): Sampled<T>[] {
    const groups = [...this.#groups.values()].map(({ refusals, items }) => ({
      refusals,
      items: items.toSorted((one, other) => one.nth - other.nth),
      taken: 0,
    }));
    this.#groups = new Map();
    this.#items = 0;
    for (let left = most, round = 0; round < MAX_ITEMS; round++) {
      for (const group of groups) {
        if (group.items.length <= round || (round > 0 && left <= 0)) continue;
        group.taken++;
        left--;
      }
    }
    return groups.flatMap(({ refusals, items, taken }) =>
      items.slice(0, taken).map(({ item }, n) => ({
        item,
        refusals: n === taken - 1 ? refusals - n : 1,
      }))
    );
  }
}
