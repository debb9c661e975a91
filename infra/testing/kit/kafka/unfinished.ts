/**
 * For tests: a transaction that was begun and is left as it is.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { OutgoingRecord, TransactionalSender } from "#kafka/port.ts";
import { tooLargeIn } from "#kafka/write_errors.ts";
import type { TestCluster } from "./test_cluster.ts";

const SMALL = { "max.message.bytes": "1000" };

/**
 * Writes a record within a transaction that stays open until its sender is fenced: with it goes one that is too large for its topic.
 */
export async function leaveUnfinished(
  { freshTopic }: Pick<TestCluster, "freshTopic">,
  sender: TransactionalSender,
  record: OutgoingRecord,
): Promise<void> {
  const small = await freshTopic(1, SMALL);
  const tooLarge = { ...record, topic: small, value: Buffer.alloc(10_000) };
  await assert.rejects(
    sender.write([record, tooLarge]),
    (error) => tooLargeIn(error).size === 1,
  );
}
