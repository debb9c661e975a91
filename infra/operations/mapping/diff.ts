import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import { mappingVersionIn } from "#kafka/mapping_version.ts";
import { statedOrigin } from "#kafka/origin.ts";
import type { KafkaAdmin, KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import {
  coordinatesInHeader,
  formatCoordinates,
} from "#kafka/record_coordinates.ts";
import type { mapWebhook } from "../../../workers/validator/mapping/map_webhook.ts";
import { rangesBetween } from "../ranges.ts";
import { type Difference, differingPaths } from "./differing_paths.ts";
import type { Change, Report } from "./report.ts";
import { StoredFacts } from "./stored_facts.ts";

export type DiffOptions = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Pick<KafkaAdmin, "startOffsets" | "endOffsets" | "offsetsAt">;
  readonly topics: { readonly raw: string; readonly validated: string };
  readonly provider: string;
  readonly version: number;
  readonly map: typeof mapWebhook;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly untilMs?: number | undefined;
  /** Facts named at most; all are counted. */
  readonly most: number;
  readonly signal?: AbortSignal;
};

/**
 * Runs today's mapping over past webhooks, beside the facts that were made of them, and writes nothing.
 *
 * @throws {TransientError} if Kafka does not answer
 */
export async function diff(options: DiffOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-mapping-"));
  const stored = new StoredFacts(folder);
  try {
    return await new Shadow(options, stored).run();
  } finally {
    stored.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class Shadow {
  readonly #options: DiffOptions;
  readonly #stored: StoredFacts;
  readonly #began = performance.now();
  readonly #unreadable: string[] = [];
  readonly #paths = new Map<string, number>();
  readonly #examples: Change[] = [];
  readonly #facts = { same: 0, changed: 0, new: 0, gone: 0 };
  readonly #others = { webhooks: 0, unmapped: 0, refused: 0, no_payment: 0 };

  constructor(options: DiffOptions, stored: StoredFacts) {
    this.#options = options;
    this.#stored = stored;
  }

  async run(): Promise<Report> {
    const { provider, version, sinceMs, untilMs, topics } = this.#options;
    // First the webhooks' end, then what was made of them: what is behind that was read too early to have facts.
    const { admin } = this.#options;
    const ends = await admin.endOffsets(topics.raw);
    for await (const record of this.#read(topics.validated, {})) {
      this.#keep(record);
    }
    for await (const record of this.#read(topics.raw, { ends, untilMs })) {
      this.#compare(record);
    }
    return {
      topic: topics.raw,
      provider,
      mapping_version: version,
      since: new Date(sinceMs).toISOString(),
      until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
      seconds: (performance.now() - this.#began) / 1_000,
      ...this.#others,
      facts: this.#facts,
      changed_at: [...this.#paths].sort(([, a], [, b]) => b - a)
        .map(([path, count]) => ({ path, count })),
      examples: this.#examples,
      unreadable: this.#unreadable,
    };
  }

  async *#read(
    topic: string,
    { ends, untilMs }: {
      ends?: ReadonlyMap<number, number>;
      untilMs?: number | undefined;
    },
  ): AsyncGenerator<ReceivedRecord> {
    const { kafka, admin, provider, sinceMs, signal } = this.#options;
    const ranges = await rangesBetween(admin, {
      topic,
      ends: ends ?? await admin.endOffsets(topic),
      sinceMs,
      untilMs,
    });
    const reading = { topic, ranges, ...signal && { signal } };
    for await (const batch of kafka.read(reading)) {
      if (batch.unreadable) this.#unreadable.push(batch.unreadable.message);
      for (const record of batch.records) {
        if (headerText(record.headers, headers.provider) === provider) {
          yield record;
        }
      }
    }
  }

  #keep(record: ReceivedRecord): void {
    const origin = statedOrigin(record.headers);
    const version = mappingVersionIn(record.headers);
    if (origin?.topic !== this.#options.topics.raw) return;
    if (version === undefined) return;
    const json = record.value?.toString("utf8") ?? "";
    this.#stored.add(origin, version, { eventId: idIn(json), json });
  }

  #compare(record: ReceivedRecord): void {
    if (coordinatesInHeader(record.headers, headers.replayOf)) return;
    const mapped = this.#map(record);
    if (mapped === undefined) return;
    this.#others.webhooks++;
    if (mapped.items.length === 0) this.#others.no_payment++;
    const before = this.#stored.of(record);
    for (const item of mapped.items) {
      if (item.kind !== "event") {
        this.#others[item.kind]++;
        continue;
      }
      const eventId = item.event.event_id;
      const was = before.get(eventId);
      before.delete(eventId);
      this.#count(record, eventId, was, item.value.toString("utf8"));
    }
    for (const [eventId, json] of before) {
      this.#count(record, eventId, json, undefined);
    }
  }

  /** A webhook at which the mapping fails for a fault of its own is a dead letter, and counted. */
  #map(record: ReceivedRecord): ReturnType<typeof mapWebhook> {
    try {
      return this.#options.map(record);
    } catch {
      this.#others.webhooks++;
      this.#others.refused++;
      return undefined;
    }
  }

  #count(
    record: ReceivedRecord,
    eventId: string,
    before: string | undefined,
    after: string | undefined,
  ): void {
    if (before === undefined || after === undefined) {
      this.#facts[before === undefined ? "new" : "gone"]++;
      this.#example(record, eventId, {
        path: "",
        before: before ?? null,
        after: after ?? null,
      });
      return;
    }
    const differences = before === after ? [] : differingPaths(before, after);
    this.#facts[differences.length === 0 ? "same" : "changed"]++;
    for (const one of differences) {
      this.#paths.set(one.path, (this.#paths.get(one.path) ?? 0) + 1);
      this.#example(record, eventId, one);
    }
  }

  #example(record: ReceivedRecord, eventId: string, one: Difference): void {
    if (this.#examples.length >= this.#options.most) return;
    this.#examples.push({
      record: formatCoordinates(record),
      event_id: eventId,
      ...one,
    });
  }
}

function idIn(json: string): string {
  const event: unknown = JSON.parse(json);
  const id = event !== null && typeof event === "object" && "event_id" in event
    ? event.event_id
    : "";
  return String(id);
}
