import type { FetchedMessage } from "kafkajs/src/broker/index.js";
import type { OffsetRange, ReadBatch, ReceivedRecord } from "../port.ts";
import { fromMessage } from "./records.ts";

/**
 * What a fetch brought of a range. A fetch answers with whole batches of a producer, which may begin
 * before what was asked for and end behind the range; and with control records and aborted ones, which
 * are nobody's records but fill their offsets.
 *
 * @param from the offset it was asked to begin at
 */
export function readBatch(
  messages: readonly FetchedMessage[],
  topic: string,
  { partition, to }: OffsetRange,
  from: number,
): ReadBatch {
  const records: ReceivedRecord[] = [];
  const gaps: OffsetRange[] = [];
  let nextOffset = from;
  for (const message of messages) {
    const offset = Number(message.offset);
    if (offset < nextOffset) continue;
    const end = Math.min(offset, to);
    if (end > nextOffset) gaps.push({ partition, from: nextOffset, to: end });
    if (offset >= to) return { partition, records, gaps, nextOffset: to };
    if (!message.isControlRecord) {
      records.push(fromMessage(topic, partition, message));
    }
    nextOffset = offset + 1;
  }
  return { partition, records, gaps, nextOffset };
}
