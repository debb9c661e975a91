import { headers as names } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import { readableRanges } from "#kafka/readable_ranges.ts";
import { receivedAtMs } from "#kafka/received_at.ts";
import { nameOf } from "./account_lines.ts";

/**
 * When each account was last heard of, in milliseconds since the epoch, by `provider/account`: in the last records of each
 * partition, among them none that a replay has put in.
 *
 * @param asked whose accounts are looked for; what else stands in the log is passed over
 * @throws {TransientError} if Kafka does not answer
 */
export async function lastSeen(
  { kafka, admin, topic, records }: {
    readonly kafka: Pick<KafkaClient, "read">;
    readonly admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets">;
    readonly topic: string;
    /** Of each partition. */
    readonly records: number;
  },
  asked: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const ranges = await readableRanges(admin, topic, { last: records });
  const seen = new Map<string, number>();
  for await (const batch of kafka.read({ topic, ranges })) {
    for (const record of batch.records) {
      const text = (name: string) => headerText(record.headers, name);
      if (text(names.replayOf) !== undefined) continue;
      const name = nameOf({
        provider: text(names.provider) ?? "",
        account: text(names.account) ?? "",
      });
      if (!asked.has(name)) continue;
      const atMs = receivedAtMs(record) ?? record.timestampMs;
      seen.set(name, Math.max(seen.get(name) ?? 0, atMs));
    }
  }
  return seen;
}
