import { Buffer } from "node:buffer";

/** A row of a table: by what it is told from others, and what it says. */
export type Row = { readonly key: string; readonly says: string };

export type Comparison = {
  readonly rows: number;
  readonly expected: number;
  readonly differing: number;
  /** The first of those that differ, a sentence each. */
  readonly named: readonly string[];
};

type Batches = AsyncIterable<readonly Row[]>;

/**
 * Compares two tables, however large: neither is held.
 *
 * @param actual rows in the order of their keys' bytes, each key once
 * @param expected in the same order
 * @param options.most differences that are named; all are counted
 * @throws {RangeError} if rows are in another order: then nothing can be said
 */
export async function compareRows(
  actual: Batches,
  expected: Batches,
  { most }: { readonly most: number },
): Promise<Comparison> {
  const [is, should] = [new Cursor(actual), new Cursor(expected)];
  const named: string[] = [];
  let differing = 0;
  const differ = (sentence: string) => {
    if (differing++ < most) named.push(sentence);
  };
  let [one, other] = [await is.next(), await should.next()];
  while (one !== undefined || other !== undefined) {
    const order = orderOf(one, other);
    if (order < 0) differ(`${one?.key} should not be there`);
    if (order > 0) differ(`${other?.key} is missing`);
    if (order === 0 && one?.says !== other?.says) {
      differ(`${one?.key} says something else`);
    }
    const [isFirst, isSecond] = [order <= 0, order >= 0];
    if (isFirst) one = is.ready() ?? await is.next();
    if (isSecond) other = should.ready() ?? await should.next();
  }
  return { rows: is.count, expected: should.count, differing, named };
}

/** What has no more rows is behind what has. */
function orderOf(one: Row | undefined, other: Row | undefined): number {
  if (one === undefined) return 1;
  if (other === undefined) return -1;
  return compareKeys(one.key, other.key);
}

function compareKeys(one: string, other: string): number {
  // As mostly.
  return one === other
    ? 0
    : Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Rows of a table, one after the other. */
class Cursor {
  readonly #batches: AsyncIterator<readonly Row[]>;
  #batch: readonly Row[] = [];
  #at = 0;
  #last: string | undefined;
  #count = 0;

  constructor(batches: Batches) {
    this.#batches = batches[Symbol.asyncIterator]();
  }

  get count(): number {
    return this.#count;
  }

  /** The next row that is there already: to wait for each would take longer than to compare it. */
  ready(): Row | undefined {
    const row = this.#batch[this.#at];
    if (row === undefined) return undefined;
    if (this.#last !== undefined && compareKeys(this.#last, row.key) >= 0) {
      throw new RangeError(`${row.key} comes behind ${this.#last}`);
    }
    this.#last = row.key;
    this.#at++;
    this.#count++;
    return row;
  }

  async next(): Promise<Row | undefined> {
    for (;;) {
      const row = this.ready();
      if (row !== undefined) return row;
      const { done, value } = await this.#batches.next();
      if (done) return undefined;
      [this.#batch, this.#at] = [value, 0];
    }
  }
}
