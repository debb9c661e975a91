import type { TopicId } from "#contracts/topics.ts";
import type { KafkaClient } from "#kafka/port.ts";
import { eventIdOf } from "./collector.ts";
import { digestOf } from "./digest.ts";
import type { Findings } from "./findings.ts";
import { InputRecord } from "./input_record.ts";
import type { Output } from "./output.ts";
import { coordinatesOf } from "./output_coordinates.ts";
import type { Rows } from "./rows.ts";
import type { Stage } from "./stages.ts";

/** Looking one up reads from Kafka or scans the table. */
const MOST_LOOKED_UP = 100;

/** Finds out, for a stage, which event an output is: entries carry digests only. */
export function namesOf(
  { kafka, rows, topics, stage, findings }: {
    kafka: Pick<KafkaClient, "read">;
    rows: Pick<Rows, "eventIdsFrom">;
    topics: Readonly<Record<TopicId, string>>;
    stage: Stage;
    findings: Findings;
  },
): (output: Output) => Promise<string | undefined> {
  let lookedUp = 0;
  return async (output) => {
    if (!findings.areNamed || lookedUp++ >= MOST_LOOKED_UP) return undefined;
    const coordinates = coordinatesOf(output, stage, topics);
    if (coordinates === "a row") {
      const source = { topic: topics[stage.input], ...output.source };
      return (await rows.eventIdsFrom(source))
        .find((eventId) => output.digest?.equals(digestOf(eventId)));
    }
    const { topic, partition, offset } = coordinates;
    const ranges = [{ partition, from: offset, to: offset + 1 }];
    for await (const { records } of kafka.read({ topic, ranges })) {
      for (const record of records) {
        const { eventId, object } = new InputRecord(record);
        return output.kind === "dead letter"
          ? eventIdOf(object?.event)
          : eventId;
      }
    }
    return undefined;
  };
}
