import type { ReceivedRecord } from "#kafka/port.ts";
import { type Answer, answering } from "../handle.ts";
import type { Judging } from "../enrich.ts";
import { ToldRecord } from "../told_record.ts";
import { RememberedPast } from "./remembered_past.ts";
import { Timeline } from "./timeline.ts";

/**
 * Answers records as if nothing came before them. Whether one can be enriched does not depend on what is known, so this says it
 * without Kafka.
 *
 * @returns the answers to records of one partition, in order
 */
export function answersWithoutHistory(
  judging: Judging,
): (records: readonly ReceivedRecord[]) => Promise<readonly Answer[]> {
  const judge = answering(judging);
  return (records) => {
    const bounds = { entities: records.length, payments: records.length };
    const timeline = new Timeline<ToldRecord, Answer>(
      new RememberedPast({ judge, bounds }),
    );
    timeline.own([0]);
    timeline.feed(0, {
      from: 0,
      nextOffset: (records.at(-1)?.offset ?? 0) + 1,
      entries: records.map((one) => ({ ...one, content: new ToldRecord(one) })),
    });
    timeline.advance();
    return Promise.resolve(records.flatMap(({ offset }) => {
      const answer = timeline.answer(0, offset);
      return answer === undefined ? [] : [answer];
    }));
  };
}
