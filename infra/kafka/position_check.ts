import { TransientError } from "#runtime/errors.ts";
import type { Committed, LogAround } from "./port.ts";
import { readNote } from "./position_note.ts";

export type PositionFlaw = {
  /** Said of a position, without its place: "is past the log's end 100, …". */
  readonly sentence: string;
  /** Whether it is found again by whoever looks later, whatever is written to the log meanwhile. */
  readonly isLasting: boolean;
};

/**
 * Whether a group can go on at its position. A log that was cut off (an election of an unclean leader, a
 * crash before the disk had all), restored, made anew or is another cluster's has other records where the
 * group was, or none; once it has grown over the place, its end does not tell. So what is in front of the
 * position is compared with what was there when it was committed, as the Java client does by the leader's
 * epoch (KIP-320), which a log that was made anew does not tell.
 *
 * @throws {TransientError} if Kafka did not say what is in front of the position
 */
export function flawOfPosition(
  { nextOffset: position, note }: Committed,
  { start, end, before }: LogAround,
  { isCompacted }: { isCompacted: boolean },
): PositionFlaw | undefined {
  const { batch, refused } = readNote(note);
  const isLasting = batch !== undefined && !isCompacted;
  if (refused !== undefined) return { sentence: refused, isLasting: true };
  if (position > end) {
    return {
      sentence:
        `is past the log's end ${end}: the log was cut off, or is not the one that was read`,
      isLasting,
    };
  }
  if (position < start) {
    return {
      sentence: `is before the log's start ${start}: ${
        start - position
      } offsets were removed before they were read`,
      isLasting: true,
    };
  }
  // What is in front of the first record that is kept cannot be looked at any more.
  if (batch === undefined || isCompacted || position === start) {
    return undefined;
  }
  if (before === undefined) {
    throw new TransientError(
      `Kafka did not say what is in front of offset ${position}, or it cannot be read`,
    );
  }
  if (before.baseOffset === batch.base && before.crc === batch.crc) {
    return undefined;
  }
  return {
    sentence:
      "follows other records than those that were worked on: the log was cut off and has grown again, or is not the one that was read",
    isLasting,
  };
}
