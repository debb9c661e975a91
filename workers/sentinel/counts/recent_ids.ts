import { IdsByOffset, LOOKED_BACK } from "./ids_by_offset.ts";

/** The ids of the latest events, by which a repeated one is known, of events that have no offsets: the first is at 0. */
export class RecentIds {
  readonly #ids: IdsByOffset;
  #next = 0;

  constructor(most = LOOKED_BACK) {
    this.#ids = new IdsByOffset(most);
  }

  /** Takes an id in, and says whether it was among the latest already. */
  add(id: string): boolean {
    const offset = this.#next++;
    this.#ids.add(id, offset);
    return this.#ids.isRepeated(id, offset);
  }
}
