import { parseValidated } from "#contracts/parse.ts";
import { done, type Handler, type Outcome } from "#consumer/handler.ts";
import { isReplay } from "#consumer/replay.ts";
import type { KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import { type Counted, countFact } from "../detection/count_fact.ts";
import { logRecord, slotsOf } from "./counts_log.ts";
import { IdsByOffset, LOOKED_BACK } from "./ids_by_offset.ts";

type Deps = {
  readonly kafka: Pick<KafkaClient, "read">;
  /** Of validated events. */
  readonly topic: string;
  readonly countsTopic: string;
};

/**
 * Makes of a batch one record of counts. What was replayed is of another time, and is not counted.
 *
 * @returns a handler: its outcome is the same however often it is asked
 */
export function countBatch({ kafka, topic, countsTopic }: Deps): Handler {
  const partitions = new Map<number, IdsByOffset>();

  /** Reads ids that another instance, or this one before it was started, has worked on. */
  const idsBefore = async (partition: number, offset: number) => {
    let ids = partitions.get(partition);
    // Between two batches lies the mark of a transaction's end, and nothing that would have to be read.
    if (ids !== undefined && offset <= ids.known + 1) return ids;
    if (ids === undefined) partitions.set(partition, ids = new IdsByOffset());
    const from = Math.max(0, ids.known, offset - LOOKED_BACK);
    const ranges = [{ partition, from, to: offset }];
    for await (const { records } of kafka.read({ topic, ranges })) {
      for (const record of records) take(ids, record);
    }
    return ids;
  };

  return async (records) => {
    const [first, last] = [records[0], records.at(-1)];
    if (first === undefined || last === undefined) return [];
    const ids = await idsBefore(first.partition, first.offset);
    const counted: Counted[] = [];
    const outcomes = records.map((record): Outcome => {
      const parsed = parseValidated(record.value);
      if (!parsed.ok) {
        return { kind: "dead-letter", rejection: parsed.rejection };
      }
      if (isReplay(record)) return done;
      const { event_id } = parsed.value;
      ids.add(event_id, record.offset);
      const one = countFact(
        parsed.value,
        ids.isRepeated(event_id, record.offset),
      );
      if (one !== undefined) counted.push(one);
      return done;
    });
    const at = outcomes.findLastIndex(({ kind }) => kind === "done");
    if (counted.length === 0 || at < 0) return outcomes;
    outcomes[at] = {
      kind: "forward",
      records: [logRecord(countsTopic, {
        kind: "counts",
        topic,
        partition: first.partition,
        from: first.offset,
        next: last.offset + 1,
        slots: slotsOf(counted),
      })],
    };
    return outcomes;
  };
}

function take(ids: IdsByOffset, record: ReceivedRecord): void {
  if (isReplay(record)) return;
  const parsed = parseValidated(record.value);
  if (parsed.ok) ids.add(parsed.value.event_id, record.offset);
}
