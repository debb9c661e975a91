import { added } from "./modular.ts";

/**
 * Rows of numbers, sorted by their key. A row all of whose values are 0 is not kept, so tables that hold the same are the same.
 */
export class SortedTable {
  readonly keys: number[] = [];
  /** `width` numbers a row, one row after another. */
  readonly values: number[] = [];
  readonly width: number;

  constructor(width: number) {
    this.width = width;
  }

  /** The index of the first row whose key is not below; most are asked about near the end. */
  from(key: number): number {
    const { keys } = this;
    let [low, high] = [0, keys.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds to the first columns of the row of a key. */
  add(key: number, deltas: readonly number[]): void {
    const { keys, values, width } = this;
    const row = this.from(key);
    if (keys[row] !== key) {
      keys.splice(row, 0, key);
      values.splice(row * width, 0, ...new Array<number>(width).fill(0));
    }
    let isEmpty = true;
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      const value = added(values[at] ?? 0, deltas[column] ?? 0);
      values[at] = value;
      if (value !== 0) isEmpty = false;
    }
    if (isEmpty) this.#remove(row, row + 1);
  }

  /** Removes the rows with `from <= key < to`. */
  removeBetween(from: number, to: number): void {
    const first = this.from(from);
    if ((this.keys[first] ?? Infinity) < to) this.#remove(first, this.from(to));
  }

  #remove(row: number, end: number): void {
    this.keys.splice(row, end - row);
    this.values.splice(row * this.width, (end - row) * this.width);
  }
}
