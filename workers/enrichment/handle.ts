import { Buffer } from "node:buffer";
import { enrichedText } from "#contracts/enriched_text.ts";
import type { Rejection } from "#contracts/parse.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import type { Handler, Outcome } from "#consumer/handler.ts";
import {
  enrich,
  type Enriched,
  enrichLaterType,
  type Judging,
} from "./enrich.ts";
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
  const by = { ...judging, model: JSON.stringify(judging.scorer.model) };
  return (record: ToldRecord, known: Known): Answer => {
    const { told } = record;
    switch (told.kind) {
      case "fact": {
        const enriched = enrich(told, known, by);
        record.judged();
        return { kind: "enriched", enriched, text: told.text };
      }
      case "of a later type": {
        const enriched = enrichLaterType(known, by);
        return { kind: "enriched", enriched, text: told.text };
      }
      default:
        return told;
    }
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
    const texts = records.map((record, n) => {
      const answer = all[n];
      if (answer?.kind !== "enriched") return "";
      seen.set(record, answer.enriched);
      return enrichedText(answer.text, answer.enriched);
    });
    const values = bytesOf(texts);
    return records.flatMap((record, n): Outcome[] => {
      const answer = all[n];
      return answer === undefined
        ? []
        : [outcomeOf(record, answer, values[n] ?? nothing)];
    });
  };

  function outcomeOf(
    { key, headers }: ReceivedRecord,
    answer: Answer,
    value: Buffer,
  ): Outcome {
    if (answer.kind === "not ours") return { kind: "done", as: "passed_over" };
    if (answer.kind === "refused") {
      return { kind: "dead-letter", rejection: answer.rejection };
    }
    return { kind: "forward", records: [{ topic, key, value, headers }] };
  }
}

const nothing = Buffer.alloc(0);

/** Each text as bytes, all of them in one buffer: to make one each would be a tenth of what a record costs. */
export function bytesOf(texts: readonly string[]): readonly Buffer[] {
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  // Written one by one: to join them first takes as long as to make them, for each is joined of many itself.
  const all = Buffer.allocUnsafeSlow(bytes);
  let from = 0;
  return texts.map((text) => {
    const start = from;
    from += all.write(text, from);
    return all.subarray(start, from);
  });
}
