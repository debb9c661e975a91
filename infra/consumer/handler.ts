import type { Rejection } from "#contracts/parse.ts";
import type { OutgoingRecord, ReceivedRecord } from "#kafka/port.ts";

/** What became of one record. */
export type Outcome =
  | Single
  /**
   * There are several things in it, and this became of them, in their order. Of one that is not listed nothing was to be made. Each
   * says on what it writes which of how many it is.
   */
  | {
    readonly kind: "several";
    readonly items: number;
    readonly made: readonly ItemOutcome[];
  };

/** What became of one of several things in a record. */
export type ItemOutcome = {
  /** Which, from 1. */
  readonly item: number;
  readonly outcome: Forward | DeadLettered;
};

type Forward = {
  readonly kind: "forward";
  readonly records: readonly OutgoingRecord[];
};

type DeadLettered = {
  readonly kind: "dead-letter";
  readonly rejection: Rejection;
  /** Bytes that the dead letter may have, if its topic has refused a larger one. Not for handlers. */
  readonly maxBytes?: number;
};

/** What became of a record that is one thing. */
type Single =
  /** Its effect is made, or it has none; `as` names the effect for the worker's own metrics. */
  | { readonly kind: "done"; readonly as?: string }
  /** These records follow from it. */
  | Forward
  /** It can never pass. */
  | DeadLettered;

/**
 * Works on records of one partition, in order, and says what became of each: one outcome a record, at
 * the record's index. May be called again with the same records, so its effects must be idempotent.
 *
 * Throwing decides over all of them: a `TransientError` (or anything unknown) has them tried again, a
 * `PoisonError` has them tried in halves until the one at fault is alone and becomes a dead letter, a
 * `FatalError` stops the process. See `fateOf` in `#runtime/errors.ts`.
 */
export type Handler = (
  records: readonly ReceivedRecord[],
) => Promise<readonly Outcome[]>;

export const done: Outcome = { kind: "done" };

/** An outcome by its parts: of one that is no several, itself. */
export function partsOf(outcome: Outcome): readonly Single[] {
  return outcome.kind === "several"
    ? outcome.made.map((one) => one.outcome)
    : [outcome];
}

/** Why a record, or things in it, became dead letters. */
export function rejectionsOf(outcome: Outcome): readonly Rejection[] {
  if (outcome.kind === "dead-letter") return [outcome.rejection];
  if (outcome.kind !== "several") return none;
  return outcome.made.flatMap((one) =>
    one.outcome.kind === "dead-letter" ? [one.outcome.rejection] : []
  );
}

const none: readonly Rejection[] = [];

/** A handler from a function of one record. */
export function eachRecord(
  handle: (record: ReceivedRecord) => Outcome,
): Handler {
  return (records) => Promise.resolve(records.map(handle));
}

/** A record and what became of it. */
export type Result = {
  readonly record: ReceivedRecord;
  readonly outcome: Outcome;
};

/** Records that are finished, their position committed. */
export type CommittedBatch = {
  readonly results: readonly Result[];
  /** From being taken up to being finished. */
  readonly seconds: number;
};

/** What a worker counts. Label values are closed sets, never text from a payload. */
export type WorkerMetrics = {
  /** A batch was taken up. */
  consumed(records: readonly ReceivedRecord[]): void;
  /** A batch is finished and its position committed. Each record is told of once, as far as the process knows. */
  committed(batch: CommittedBatch): void;
  /** A try failed and will be repeated. */
  failed(records: readonly ReceivedRecord[]): void;
};
