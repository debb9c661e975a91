import type { InputRecord } from "./input_record.ts";
import type { DroppedRow, Rows, StoredRow } from "./rows.ts";

/** Rows are compared so many at once, or so many characters of events. */
const MOST_RECORDS = 500;
const MOST_CHARACTERS = 1024 * 1024;

/** A record to be compared with the row of its `event_id`. */
export type Compared = {
  readonly input: InputRecord;
  /** Whether a row says that it came from this very record. */
  readonly isSource: boolean;
};

type Judge = (
  compared: Compared,
  stored: StoredRow | DroppedRow | undefined,
) => void;

/** Compares records with rows, many at once. */
export class RowComparison {
  readonly #rows: Pick<Rows, "compare">;
  readonly #judge: Judge;
  #waiting: Compared[] = [];
  #characters = 0;

  /** @param judge is told what row there is for a record, in the order in which records were added */
  constructor(rows: Pick<Rows, "compare">, judge: Judge) {
    this.#rows = rows;
    this.#judge = judge;
  }

  async add(compared: Compared): Promise<void> {
    this.#waiting.push(compared);
    this.#characters += compared.input.text?.length ?? 0;
    const isFull = this.#waiting.length >= MOST_RECORDS ||
      this.#characters >= MOST_CHARACTERS;
    if (isFull) await this.flush();
  }

  async flush(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    // What is no JSON object has no row.
    const readable = waiting.filter(({ input }) => input.text !== undefined);
    const stored = readable.length === 0 ? [] : await this.#rows.compare(
      readable.map(({ input }) => input.text ?? ""),
    );
    const byInput = new Map(
      readable.map(({ input }, n) => [input, stored[n]] as const),
    );
    for (const one of waiting) this.#judge(one, byInput.get(one.input));
  }
}
