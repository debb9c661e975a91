import { Buffer } from "node:buffer";
import { enrichedText } from "#contracts/enriched_text.ts";
import type { Rejection } from "#contracts/parse.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Handler, Outcome } from "#consumer/handler.ts";
import { enrich, type Enriched, type Judging } from "./enrich.ts";
import type { Known } from "./timeline/remembered_past.ts";
import type { ToldRecord } from "./told_record.ts";

/** What the timeline answers to a record. */
export type Answer =
  | {
    readonly kind: "enriched";
    readonly enriched: Enriched;
    /** The event as it was written. */
    readonly text: string;
  }
  | { readonly kind: "refused"; readonly rejection: Rejection }
  | { readonly kind: "not ours" };

/** What was worked out about records in hand, kept until these are finished. */
export type EnrichedRecords = WeakMap<ReceivedRecord, Enriched>;

/** Judges a record by what is known when it comes. */
export function answering(judging: Judging) {
  return (record: ToldRecord, known: Known): Answer => {
    const { told } = record;
    if (told.kind !== "fact") return told;
    const enriched = enrich(told, known, judging);
    record.judged();
    return { kind: "enriched", enriched, text: told.text };
  };
}

/**
 * Makes of each record one with what was worked out about it: the same however often it is asked.
 *
 * @param answers of records of one partition, from the timeline
 */
export function enriching(
  { answers, topic, seen = new WeakMap() }: {
    answers: (records: readonly ReceivedRecord[]) => Promise<readonly Answer[]>;
    topic: string;
    seen?: EnrichedRecords;
  },
): Handler {
  return async (records) => {
    const all = await answers(records);
    return records.flatMap((record, n): Outcome[] => {
      const answer = all[n];
      return answer === undefined ? [] : [outcomeOf(record, answer)];
    });
  };

  function outcomeOf(record: ReceivedRecord, answer: Answer): Outcome {
    if (answer.kind === "not ours") return { kind: "done", as: "passed_over" };
    if (answer.kind === "refused") {
      return { kind: "dead-letter", rejection: answer.rejection };
    }
    seen.set(record, answer.enriched);
    const { key, headers } = record;
    const text = enrichedText(answer.text, answer.enriched);
    return {
      kind: "forward",
      records: [{ topic, key, value: Buffer.from(text), headers }],
    };
  }
}
