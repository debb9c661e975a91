import type { NotAdopted } from "./earlier_row.ts";

const EXAMPLES = 3;

export type Reason = {
  readonly code: NotAdopted["code"];
  count: number;
  /** `event_id`s of the first. */
  readonly examples: string[];
};

/** Rows that cannot be adopted, by why. */
export class Reasons {
  readonly #byCode = new Map<NotAdopted["code"], Reason>();

  add(eventId: string, { code }: NotAdopted): void {
    const reason = this.#byCode.get(code) ?? { code, count: 0, examples: [] };
    this.#byCode.set(code, reason);
    reason.count++;
    if (reason.examples.length < EXAMPLES) reason.examples.push(eventId);
  }

  /** The most frequent first. */
  get all(): readonly Reason[] {
    return [...this.#byCode.values()].sort((a, b) => b.count - a.count);
  }
}
