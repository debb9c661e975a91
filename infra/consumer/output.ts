import type { OutgoingRecord, ReceivedRecord } from "#kafka/port.ts";
import type { Part } from "#kafka/record_coordinates.ts";
import { withSource } from "#kafka/source_header.ts";
import { deadLetterOf } from "./dead_letter.ts";
import type { Outcome } from "./handler.ts";

/** What makes of an outcome the records that follow from it, each naming what it was made from. */
export function outputOf(
  { service, deadLetterTopic, clock }: {
    service: string;
    deadLetterTopic: string;
    clock: () => Date;
  },
) {
  return (
    record: ReceivedRecord,
    outcome: Outcome,
    attempts: number,
  ): readonly OutgoingRecord[] => {
    const madeOf = (one: Outcome, part?: Part): readonly OutgoingRecord[] => {
      switch (one.kind) {
        case "done":
          return [];
        case "forward":
          return one.records.map((made) => withSource(made, record, part));
        case "dead-letter":
          return [deadLetterOf(record, {
            topic: deadLetterTopic,
            service,
            rejection: one.rejection,
            part,
            attempts,
            at: clock(),
            maxBytes: one.maxBytes,
          })];
        case "several":
          return one.made.flatMap(({ item, outcome }) =>
            madeOf(outcome, { item, items: one.items })
          );
      }
    };
    return madeOf(outcome);
  };
}
