/**
 * An error type answers one question: what should be done now? Retry it, dead-letter it, stop its
 * partition, or stop the process. `fateOf` decides, and it is the only one.
 *
 * @module
 */
import type { Rejection } from "#contracts/parse.ts";

/** Something we depend on is away. Trying again later can succeed. */
export class TransientError extends Error {
  override readonly name: string = "TransientError";
}

/**
 * Something we depend on refuses a login or a right. A person must see to it, and then it passes by itself: it is
 * waited for as what is away is, under its own name, and at the start it is said at once.
 */
export class DeniedError extends TransientError {
  override readonly name = "DeniedError";
}

/** This record can never pass, however often it is tried. */
export class PoisonError extends Error {
  override readonly name = "PoisonError";
  constructor(readonly rejection: Rejection, options?: ErrorOptions) {
    super(rejection.message, options);
  }
}

/** Going on would break a promise, or needs a person: misconfiguration, a broken invariant. */
export class FatalError extends Error {
  override readonly name = "FatalError";
  constructor(
    message: string,
    options?: ErrorOptions & { exitCode?: number },
  ) {
    super(message, options);
    this.exitCode = options?.exitCode ?? exitCodes.bug;
  }
  readonly exitCode: number;
}

/** Why a partition stops until a person decides; also the label of the metric that counts such partitions. */
export const partitionStops = [
  /** What comes next cannot be read. */
  "unreadable",
  /** What comes next is not what should: records between are missing, or out of order. */
  "records_missing",
  /** The group's position is none of this log. */
  "position_impossible",
] as const;

export type PartitionStop = typeof partitionStops[number];

/**
 * Going on in this partition needs a person: what comes next cannot be read, or is not what should come next.
 * Other partitions go on, and nothing of this one is committed past the place.
 */
export class PartitionError extends Error {
  override readonly name = "PartitionError";
  readonly reason: PartitionStop;
  constructor(
    message: string,
    options?: ErrorOptions & { reason?: PartitionStop },
  ) {
    super(message, options);
    this.reason = options?.reason ?? "unreadable";
  }
}

/** Exit codes, after sysexits.h. */
export const exitCodes = {
  ok: 0,
  /** EX_UNAVAILABLE: what the service depends on could not be reached at its start. */
  unavailable: 69,
  /** EX_SOFTWARE: a bug, or a broken invariant. */
  bug: 70,
  /** EX_OSERR: nothing moves any more, and a restart is what helps. */
  stalled: 71,
  /** EX_TEMPFAIL: stopping took longer than the drain deadline. */
  drainTimeout: 75,
  /** EX_CONFIG: the configuration is wrong, or a port is taken. */
  config: 78,
} as const;

export type Fate = "retry" | "dead-letter" | "stop-partition" | "stop";

/**
 * What to do about an error a handler threw.
 *
 * An error of the language itself (TypeError and its kin) is a bug that this record brings out: it
 * will come again, so retrying would block the partition for good. Anything else that has no name
 * here is retried, because what cannot be named must not be thrown away.
 */
export function fateOf(error: unknown): Fate {
  if (error instanceof FatalError) return "stop";
  if (error instanceof PartitionError) return "stop-partition";
  if (error instanceof PoisonError || isBug(error)) return "dead-letter";
  return "retry";
}

/** The reason a dead letter states for an error whose fate is "dead-letter". */
export function rejectionOf(error: unknown): Rejection {
  if (error instanceof PoisonError) return error.rejection;
  const message = error instanceof Error
    ? `${error.name}: ${error.message}`
    : String(error);
  return { code: "unexpected_error", message, issues: [] };
}

function isBug(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError ||
    error instanceof SyntaxError || error instanceof ReferenceError;
}

/** One sentence for a person: the message of an error and of what caused it. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const message = error.message || error.name;
  const cause = error.cause === undefined ? "" : describeError(error.cause);
  return cause === "" || message.includes(cause)
    ? message
    : `${message}: ${cause}`;
}
