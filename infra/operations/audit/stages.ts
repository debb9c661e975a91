import {
  type ConsumerName,
  consumerNames,
  consumers,
} from "#contracts/services.ts";
import type { TopicId } from "#contracts/topics.ts";
import type { groupSettings } from "#kafka/group_settings.ts";
import type { RowTable } from "./tables.ts";

/** What one service makes of each record it reads, unless it writes a dead letter. */
export type Stage = {
  /** Its name, as in `failed_service` of its dead letters. */
  readonly service: string;
  readonly group: keyof typeof groupSettings;
  readonly input: TopicId;
  readonly output:
    /**
     * One record; `sameBody` says whether its value is the input's, byte for byte, and `isEnriched` whether what enrichment puts in is to
     * be taken out of it first. Of a provider's webhook it is what the mapping makes
     * of it, if the stage `maps`: records, or pointers in the topic of what is not mapped.
     */
    | {
      readonly kind: "record";
      readonly topic: TopicId;
      readonly sameBody: boolean;
      readonly isEnriched?: boolean;
      readonly maps: boolean;
    }
    /**
     * One row for each `event_id`; `mayDiffer` says whether what repeats one may say otherwise than its row, which the first has made.
     */
    | {
      readonly kind: "row";
      readonly table: RowTable;
      readonly mayDiffer: boolean;
    }
    | { readonly kind: "nothing" };
};

/** What those make that make something of each record. A further one is a further row. */
const outputs: Partial<Record<ConsumerName, Stage["output"]>> = {
  validator: { kind: "record", topic: "validated", sameBody: true, maps: true },
  persistence: { kind: "row", table: "events", mayDiffer: false },
  enrichment: {
    kind: "record",
    topic: "enriched",
    sameBody: true,
    isEnriched: true,
    maps: false,
  },
  // Of an event that comes twice more is known the second time.
  enriched_writer: { kind: "row", table: "enriched_events", mayDiffer: true },
};

/** The services whose sums are checked: those that events flow through. Dead letters are where events end. */
export const stages: readonly Stage[] = consumerNames
  .filter((name) => consumers[name].reads !== "deadLetters")
  .map((name) => ({
    service: consumers[name].service,
    group: `${name}Group`,
    input: consumers[name].reads,
    output: outputs[name] ?? { kind: "nothing" },
  }));
