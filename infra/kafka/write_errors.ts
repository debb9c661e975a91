/**
 * Why records were not written, other than that Kafka is away.
 *
 * @module
 */
import type { OutgoingRecord } from "./port.ts";

/** A record that alone is larger than what its topic takes: to send it again does not help. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
  readonly topic: string;
  /** Of the record as it was sent, alone in a batch. */
  readonly bytes: number;

  constructor(
    { topic, bytes }: { topic: string; bytes: number },
    options?: ErrorOptions,
  ) {
    super(
      `${bytes} bytes are more than ${topic} takes (max.message.bytes)`,
      options,
    );
    this.topic = topic;
    this.bytes = bytes;
  }
}

/** Why each of some records is not written, or not known to be: a `TooLargeError`, or anything else. */
export type WriteFailures = ReadonlyMap<OutgoingRecord, Error>;

/** Some of the records that were sent are not known to be written. Every other one is. */
export class UnsentError extends Error {
  override readonly name = "UnsentError";

  constructor(readonly failures: WriteFailures) {
    super(`${failures.size} records are not written`, {
      cause: firstOf(failures),
    });
  }
}

/**
 * Topics that took not all of what was sent to them. Found as the cause of the error that says what failed.
 */
export class UnwritableError extends Error {
  override readonly name = "UnwritableError";
  readonly failures: WriteFailures;

  /** @param options whose `failures` are the records, if it is known which */
  constructor(
    readonly topics: readonly string[],
    { failures = new Map(), cause = firstOf(failures) }: {
      failures?: WriteFailures;
      cause?: unknown;
    },
  ) {
    super(`Cannot write to ${topics.join(", ")}`, { cause });
    this.failures = failures;
  }
}

/** The records among an error's causes that are too large, each with how. */
export function tooLargeIn(
  error: unknown,
): ReadonlyMap<OutgoingRecord, TooLargeError> {
  const found = new Map<OutgoingRecord, TooLargeError>();
  if (error instanceof UnwritableError) {
    for (const [record, why] of error.failures) {
      if (why instanceof TooLargeError) found.set(record, why);
    }
  } else if (error instanceof Error) return tooLargeIn(error.cause);
  return found;
}

/** The first failure that is not about size, as that must pass first; else the first of all. */
function firstOf(failures: WriteFailures): Error | undefined {
  const all = [...failures.values()];
  return all.find((error) => !(error instanceof TooLargeError)) ?? all[0];
}
