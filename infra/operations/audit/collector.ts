import { Buffer } from "node:buffer";
import {
  DeadLetter,
  DeadLetterCore,
  OriginalRecord,
} from "#contracts/dead_letter.ts";
import { headers } from "#contracts/headers.ts";
import { isJsonObject, parseJsonObject } from "#contracts/parse.ts";
import type { TopicId } from "#contracts/topics.ts";
import type { KafkaAdmin, ReceivedRecord } from "#kafka/port.ts";
import {
  coordinatesInHeader,
  formatCoordinates,
  itemInHeader,
  type RecordCoordinates,
} from "#kafka/record_coordinates.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import { digestOf, digestOfHash } from "./digest.ts";
import { InputRecord } from "./input_record.ts";
import type { Output } from "./output.ts";
import type { RowSource } from "./rows.ts";
import type { Snapshot } from "./snapshot.ts";
import type { StageAudit } from "./stage_audit.ts";

/** Whether there is, or was, a record at these coordinates, as far as offsets tell. */
type Exists = (
  topic: TopicId,
  coordinates: RecordCoordinates,
) => Promise<boolean>;

/** Offsets only grow, so a topic is asked again only for what lies behind its last known end. */
export function existence(
  admin: Pick<KafkaAdmin, "highWatermarks">,
  topics: Readonly<Record<TopicId, string>>,
): Exists {
  const ends = new Map<TopicId, ReadonlyMap<number, number>>();
  const has = (id: TopicId, { partition, offset }: RecordCoordinates) =>
    offset < (ends.get(id)?.get(partition) ?? 0);
  return async (id, coordinates) => {
    if (has(id, coordinates)) return true;
    ends.set(id, await admin.highWatermarks(topics[id]));
    return has(id, coordinates);
  };
}

/** Gives outputs to the sum of the stage that made them, those of its finished records. */
export class Collector {
  readonly #stageAudits: readonly StageAudit[];
  readonly #topics: Readonly<Record<TopicId, string>>;
  readonly #snapshot: Snapshot;
  readonly #exists: Exists;

  constructor(
    { sums, topics, snapshot, exists }: {
      sums: readonly StageAudit[];
      topics: Readonly<Record<TopicId, string>>;
      snapshot: Snapshot;
      exists: Exists;
    },
  ) {
    this.#stageAudits = sums;
    this.#topics = topics;
    this.#snapshot = snapshot;
    this.#exists = exists;
  }

  /** Takes a record of a topic that stages write. */
  async record(topic: TopicId, record: ReceivedRecord): Promise<void> {
    if (topic === "deadLetters") return await this.#deadLetter(record);
    const input = new InputRecord(record);
    for (const stageAudit of this.#stageAudits) {
      const { output } = stageAudit.stage;
      if (output.kind !== "record") continue;
      const isUnmapped = topic === "unmapped" && output.maps;
      if (output.topic !== topic && !isUnmapped) continue;
      const source = coordinatesInHeader(record.headers, headers.source);
      if (source === undefined) {
        if (input.replayOf === undefined && this.#isInWindow(topic, record)) {
          stageAudit.addUnexplained(
            input.eventId,
            record,
            "names no source, and no replay has put it in",
          );
        }
        continue;
      }
      await this.#take(stageAudit, {
        source,
        own: { topic, coordinates: record },
        eventId: () => input.eventId,
        output: {
          kind: isUnmapped ? "unmapped" : "record",
          source,
          part: itemInHeader(record.headers, headers.source),
          version: mappingVersionIn(record.headers),
          partition: record.partition,
          offset: record.offset,
          digest: output.isEnriched ? input.plainDigest : input.digest,
          replay: input.replayOf === undefined
            ? undefined
            : digestOf(input.replayOf),
        },
      });
    }
  }

  /** Takes a row. */
  async row(
    stageAudit: StageAudit,
    { eventId, isSuperseded, ...source }: RowSource,
  ): Promise<void> {
    await this.#take(stageAudit, {
      source,
      own: undefined,
      eventId: () => eventId,
      output: {
        kind: isSuperseded ? "superseded row" : "row",
        source,
        partition: 0,
        offset: 0,
        digest: digestOf(eventId),
        replay: undefined,
      },
    });
  }

  async #deadLetter(record: ReceivedRecord): Promise<void> {
    const parsed = parseJsonObject(record.value);
    const letter = Letter.safeParse(parsed.ok ? parsed.value : undefined);
    if (!letter.success) {
      if (!this.#isInWindow("deadLetters", record)) return;
      const what = "is no dead letter";
      this.#stageAudits[0]?.addUnexplained(undefined, record, what);
      return;
    }
    const { failed_service, original, event, ...from } = letter.data;
    const stageAudit = this.#stageAudits.find(({ stage }) =>
      stage.service === failed_service
    );
    if (stageAudit === undefined) return;
    const source = {
      topic: from.source_topic,
      partition: from.source_partition,
      offset: from.source_offset,
    };
    await this.#take(stageAudit, {
      source,
      own: { topic: "deadLetters", coordinates: record },
      eventId: () => eventIdOf(event),
      output: {
        kind: "dead letter",
        source,
        part: from.source_item === undefined ||
            from.source_items === undefined
          ? undefined
          : { item: from.source_item, items: from.source_items },
        partition: record.partition,
        offset: record.offset,
        digest: original && digestOfValue(original),
        replay: undefined,
      },
    });
  }

  /** Keeps an output whose source is a finished record, leaves one in flight, tells of one without. */
  async #take(
    stageAudit: StageAudit,
    { source, own, eventId, output }: {
      source: RecordCoordinates;
      own: { topic: TopicId; coordinates: RecordCoordinates } | undefined;
      eventId: () => string | undefined;
      output: Output;
    },
  ): Promise<void> {
    const { stage } = stageAudit;
    const window = this.#snapshot.windows.get(stage.input)?.[source.partition];
    const isOfInput = source.topic === this.#topics[stage.input];
    if (isOfInput && window !== undefined) {
      if (source.offset < window.from) return;
      if (source.offset < this.#snapshot.finished(stage, source.partition)) {
        return stageAudit.add(output);
      }
    }
    if (isOfInput && await this.#exists(stage.input, source)) return;
    if (output.replay !== undefined) return;
    if (own !== undefined && !this.#isInWindow(own.topic, own.coordinates)) {
      return;
    }
    stageAudit.addUnexplained(
      eventId(),
      own?.coordinates ?? "a row",
      `names ${formatCoordinates(source)} as its source, which is not there`,
    );
  }

  #isInWindow(
    topic: TopicId,
    { partition, offset }: RecordCoordinates,
  ): boolean {
    const window = this.#snapshot.windows.get(topic)?.[partition];
    return window !== undefined && offset >= window.from && offset < window.to;
  }
}

const Letter = DeadLetterCore.extend({
  original: OriginalRecord.optional().catch(undefined),
  source_item: DeadLetter.shape.source_item.catch(undefined),
  source_items: DeadLetter.shape.source_items.catch(undefined),
});

/** Of the value that a dead letter holds, or names by its hash. */
function digestOfValue(
  { value_base64, left_out }: OriginalRecord,
): Buffer | undefined {
  if (value_base64 === undefined) {
    return left_out?.value && digestOfHash(left_out.value.sha256);
  }
  return digestOf(
    value_base64 === null ? null : Buffer.from(value_base64, "base64"),
  );
}

export function eventIdOf(event: unknown): string | undefined {
  const eventId = isJsonObject(event) ? event.event_id : undefined;
  return typeof eventId === "string" ? eventId : undefined;
}
