import type { ReasonCount } from "#contracts/desk_action.ts";
import { withoutValues } from "../index/cause.ts";
import type { Verdict } from "./judge_process.ts";

/** What today's code would make of a selection. */
export type Forecast = {
  readonly selected: number;
  readonly would_pass: number;
  /** Of unmapped webhooks: no mapping knows them yet. */
  readonly would_stay_unmapped: number;
  readonly would_fail: number;
  readonly reasons: readonly ReasonCount[];
};

/** Of so many kinds of failure each is counted; the rest are one. */
const MOST_REASONS = 200;

/** Counts verdicts, and failures by their kinds. */
export class Tally {
  readonly #reasons = new Map<
    string,
    { code: string; message: string; count: number }
  >();
  readonly #unmappedTopic: string | undefined;
  #passes = 0;
  #unmapped = 0;
  #fails = 0;
  /** Often the next one says the same. */
  #last = { code: "", message: "", kind: "" };

  /** @param options whose `unmappedTopic` is where that goes which is not mapped yet; absent: it has passed too */
  constructor({ unmappedTopic }: { readonly unmappedTopic?: string } = {}) {
    this.#unmappedTopic = unmappedTopic;
  }

  count(verdict: Verdict): void {
    if (!verdict.passes) this.fails(verdict.code, verdict.message);
    else if (verdict.topics.some((one) => one === this.#unmappedTopic)) {
      this.#unmapped++;
    } else this.#passes++;
  }

  fails(code: string, message: string, count = 1): void {
    if (count === 0) return;
    this.#fails += count;
    const key = this.#kindOf(code, message);
    const known = this.#reasons.get(key) ??
      (this.#reasons.size < MOST_REASONS
        ? { code, message, count: 0 }
        : this.#reasons.get("other") ??
          { code: "other", message: "for other reasons", count: 0 });
    known.count += count;
    this.#reasons.set(known.code === "other" ? "other" : key, known);
  }

  /** Messages that differ in values alone say the same. */
  #kindOf(code: string, message: string): string {
    if (message !== this.#last.message || code !== this.#last.code) {
      const kind = `${code} ${withoutValues(message)}`;
      this.#last = { code, message, kind };
    }
    return this.#last.kind;
  }

  get forecast(): Forecast {
    return {
      selected: this.#passes + this.#unmapped + this.#fails,
      would_pass: this.#passes,
      would_stay_unmapped: this.#unmapped,
      would_fail: this.#fails,
      reasons: [...this.#reasons.values()].sort((a, b) => b.count - a.count),
    };
  }
}
