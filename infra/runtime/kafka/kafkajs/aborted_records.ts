import type {
  FetchedPartition,
  MessageContext,
} from "kafkajs/src/broker/index.js";

/**
 * Makes read_committed true. A broker lists aborted transactions in the order in which they ended;
 * kafkajs 2.2 takes them to be in the order in which they began, and enters at most one a message. So
 * where transactions overlap, as those of several input partitions do, it hands out aborted records.
 *
 * Here they are marked as control records, which kafkajs drops after counting their offsets, as the
 * Java client does it: `CompletedFetch.nextFetchedRecord`, Kafka 4.
 */
export function markAborted(
  { abortedTransactions, messages }: FetchedPartition<MessageContext>,
): void {
  const toBegin = [...abortedTransactions ?? []].sort((a, b) =>
    BigInt(a.firstOffset) < BigInt(b.firstOffset) ? -1 : 1
  );
  const aborting = new Set<string>();
  for (const message of messages) {
    while (
      toBegin[0] !== undefined &&
      BigInt(toBegin[0].firstOffset) <= BigInt(message.offset)
    ) {
      aborting.add(String(toBegin.shift()?.producerId));
    }
    const { producerId, inTransaction } = message.batchContext ?? {};
    if (isAbortMarker(message)) aborting.delete(String(producerId));
    else if (inTransaction && aborting.has(String(producerId))) {
      message.isControlRecord = true;
    }
  }
}

/** A control record's key is its version and its type, 16 bits each; 0 is ABORT. */
function isAbortMarker({ isControlRecord, key }: MessageContext): boolean {
  return isControlRecord && key !== null && key.length >= 4 &&
    key[2] === 0 && key[3] === 0;
}
