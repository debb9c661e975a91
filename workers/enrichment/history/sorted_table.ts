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

  /** The index of the first row whose key is not below. */
  from(key: number): number {
    const { keys } = this;
    let low = 0;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((keys[middle] ?? 0) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Adds to a column of the row of a key; the row is to be tidied when all of its columns were added to. */
  add(row: number, column: number, delta: number): void {
    const at = row * this.width + column;
    this.values[at] = added(this.values[at] ?? 0, delta);
  }

  /** The index of the row of a key, which is made if there is none. */
  rowOf(key: number): number {
    const { keys, values, width } = this;
    const row = this.from(key);
    if (keys[row] === key) return row;
    if (row === keys.length) {
      keys.push(key);
      for (let column = 0; column < width; column++) values.push(0);
    } else {
      keys.splice(row, 0, key);
      if (width === 1) values.splice(row, 0, 0);
      else values.splice(row * width, 0, ...zeros(width));
    }
    return row;
  }

  /** Removes a row if all of its values are 0. */
  tidy(row: number): void {
    const { values, width } = this;
    for (let column = 0; column < width; column++) {
      if (values[row * width + column] !== 0) return;
    }
    this.#remove(row, row + 1);
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

const zeros = (width: number) => new Array<number>(width).fill(0);
