import type { OutgoingRecord } from "#kafka/port.ts";
import { sizeOf } from "#kafka/publisher.ts";
import { type TooLargeError, tooLargeIn } from "#kafka/write_errors.ts";
import { partsOf, type Result } from "./handler.ts";
import { OutageRule, OutageSuspectedError } from "./outage_rule.ts";

/** A result and the records that follow from it. */
export type WithOutput = {
  readonly result: Result;
  readonly output: readonly OutgoingRecord[];
};

/**
 * What becomes of results whose output is larger than its topic takes. The record is at fault, not the
 * topic: it becomes a dead letter with `too_large`, and a dead letter becomes a smaller one, down to the
 * least that can be said. If that is refused too, the dead-letter topic takes nothing, and the batch
 * waits. Of several things in a record one that is too large makes a dead letter of the whole.
 *
 * If a topic refuses what its contract has it take, somebody has lowered its limit. A record or two that
 * do not fit are dead letters all the same, so that those behind them go on; if nothing fits any more, as
 * `OutageRule` has it, the topic is at fault, and nothing is dead-lettered for it.
 */
export class TooLargeRule {
  readonly #outage: OutageRule;
  readonly #contractBytes: (topic: string) => number;

  /**
   * @param options whose `outage` is a rule for nothing else, and whose `contractBytes` is what a topic is to
   * take by its contract
   */
  constructor(
    { outage = new OutageRule(0), contractBytes = () => 0 }: {
      outage?: OutageRule;
      contractBytes?: (topic: string) => number;
    } = {},
  ) {
    this.#outage = outage;
    this.#contractBytes = contractBytes;
  }

  /** Results from here on are committed, or committed again: no failure of theirs counts twice. */
  trying([first]: readonly Result[]): void {
    if (first !== undefined) this.#outage.trying(first.record);
  }

  /** Results were committed. Dead letters say nothing of other topics. */
  committed(results: readonly Result[]): void {
    const passesOn = ({ outcome }: Result) =>
      partsOf(outcome).some(({ kind }) => kind === "forward");
    if (results.some(passesOn)) {
      this.#outage.succeeded();
    }
  }

  /**
   * The results with smaller ones in place of those that were refused.
   *
   * @param error what their committing failed with
   * @returns undefined if nothing was too large, or can be made smaller
   * @throws {OutageSuspectedError} if a topic takes so little that the records are not to blame
   */
  smaller(all: readonly WithOutput[], error: unknown): Result[] | undefined {
    const refused = tooLargeIn(error);
    if (refused.size === 0) return undefined;
    const results: Result[] = [];
    for (const { result, output } of all) {
      let smaller: Result | undefined = result;
      for (const record of output) {
        const why = refused.get(record);
        if (why === undefined) continue;
        smaller = this.#smaller(result, sizeOf(record), why);
        break;
      }
      if (smaller === undefined) return undefined;
      results.push(smaller);
    }
    return results;
  }

  #smaller(
    { record, outcome }: Result,
    bytes: number,
    why: TooLargeError,
  ): Result | undefined {
    if (outcome.kind === "dead-letter") {
      const { maxBytes = Infinity } = outcome;
      // It was to be smaller than this, and is not: it is the smallest letter already.
      if (bytes > maxBytes) return undefined;
      return { record, outcome: { ...outcome, maxBytes: bytes - 1 } };
    }
    this.#judge(record, why);
    const { message } = why;
    return {
      record,
      outcome: {
        kind: "dead-letter",
        rejection: { code: "too_large", message, issues: [] },
      },
    };
  }

  #judge(record: Result["record"], why: TooLargeError): void {
    const bytes = this.#contractBytes(why.topic);
    if (why.bytes > bytes) return;
    try {
      this.#outage.failed(record, why);
    } catch (cause) {
      throw new OutageSuspectedError(
        `${why.topic} refuses every record, the last of ${why.bytes} bytes, though its contract has ${bytes}: raise its max.message.bytes (deno task topics --apply)`,
        { cause },
      );
    }
  }
}
