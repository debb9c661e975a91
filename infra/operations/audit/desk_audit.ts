import { services } from "#contracts/services.ts";
import type { TopicId } from "#contracts/topics.ts";
import type {
  KafkaAdmin,
  KafkaClient,
  OffsetRange,
  ReadBatch,
  ReceivedRecord,
} from "#kafka/port.ts";
import { ChainAudit, type LoggedAction } from "./chain_audit.ts";
import { type Findings, isNothing } from "./findings.ts";
import type { InputRecord } from "./input_record.ts";
import { ReplayAudit } from "./replay_audit.ts";
import type { ReplayedTopic } from "./replay_entries.ts";
import type { DeskReport } from "./report.ts";
import { keptSince } from "./retention.ts";
import { CLOCK_SKEW_MS, type Snapshot } from "./snapshot.ts";
import type { UnreadableCoordinates } from "./unreadable_coordinates.ts";

/** In the order in which they are read. */
const replayedTopics: readonly ReplayedTopic[] = ["raw", "validated"];
const readTopics: readonly TopicId[] = ["desk", ...replayedTopics];

type Kept = ReadonlyMap<ReplayedTopic, number | undefined>;

type Deps = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Pick<
    KafkaAdmin,
    "topics" | "startOffsets" | "endOffsets" | "highWatermarks"
  >;
  readonly topics: Readonly<Record<TopicId, string>>;
  readonly findings: Findings;
  readonly unreadable: Pick<UnreadableCoordinates, "isIn">;
  readonly folder: string;
  readonly nowMs: number;
};

/** What is known of the log of actions before anything is read. */
type Log = {
  /** Actions before this one were committed before the ends of other topics were asked for. */
  readonly committed: number;
  readonly start: number;
  /** Since when all of them are kept; undefined if nothing was removed. */
  readonly keptMs: number | undefined;
};

/**
 * What operators did: whether the log of it is as it was written, and whether each replay is in it and each that is in it is
 * there.
 *
 * An action and the records that it sends are one transaction. So what is committed in the log before the ends of the other
 * topics are asked for lies before these; and what was read of those has its action before the end that the log has then. In
 * this order it is asked: `begin`, the other topics, `judge`.
 */
export class DeskAudit {
  readonly #deps: Deps;
  readonly #log: Log | undefined;
  readonly #chain: ChainAudit;
  readonly #replays: ReplayAudit;
  /** Since when a topic that replays go to holds all of them. */
  readonly #keptMs: Kept;

  private constructor(
    deps: Deps,
    log: Log | undefined,
    keptMs: Kept,
  ) {
    const { findings, folder, topics } = deps;
    this.#deps = deps;
    this.#log = log;
    this.#keptMs = keptMs;
    this.#chain = new ChainAudit({
      topic: topics.desk,
      findings,
      isCut: (log?.start ?? 0) > 0,
    });
    this.#replays = new ReplayAudit({ topics, findings, folder });
  }

  /** To be called before the ends of other topics are asked for. */
  static async begin(deps: Deps): Promise<DeskAudit> {
    const { kafka, admin, topics, nowMs } = deps;
    const kept = (id: TopicId) =>
      keptSince({ kafka, admin, topic: topics[id], nowMs });
    const [isThere] = await admin.topics([topics.desk]);
    const log = isThere && {
      committed: (await admin.endOffsets(topics.desk)).get(0) ?? 0,
      start: (await admin.startOffsets(topics.desk)).get(0) ?? 0,
      keptMs: await kept("desk"),
    };
    const keptMs = new Map<ReplayedTopic, number | undefined>();
    for (const id of replayedTopics) keptMs.set(id, await kept(id));
    return new DeskAudit(deps, log, keptMs);
  }

  /** Takes a record of a topic that stages read. */
  record(id: TopicId, input: InputRecord, { windows }: Snapshot): void {
    const topic = replayedTopics.find((one) => one === id);
    if (topic === undefined) return;
    const keptMs = this.#log?.keptMs;
    this.#replays.addRecord(topic, input, {
      isOlder: ({ timestampMs }: ReceivedRecord) =>
        keptMs !== undefined && timestampMs < keptMs + CLOCK_SKEW_MS,
      isOutside: ({ partition, offset }) => {
        const window = windows.get("raw")?.[partition];
        return window === undefined || offset < window.from ||
          offset >= window.to;
      },
    });
  }

  /**
   * To be called after all records were taken.
   *
   * @param read of the log of actions
   * @param time of the records
   */
  async judge(
    read: (range: OffsetRange) => AsyncIterable<ReadBatch>,
    time: { sinceMs: number | undefined; untilMs: number | undefined },
  ): Promise<void> {
    const { admin, topics, unreadable } = this.#deps;
    if (this.#log !== undefined) {
      const to = (await admin.highWatermarks(topics.desk)).get(0) ?? 0;
      const range = { partition: 0, from: this.#log.start, to };
      for await (const { records } of read(range)) {
        for (const record of records) {
          for (const one of this.#chain.take(record)) this.#named(one, time);
        }
      }
      for (const one of this.#chain.end()) this.#named(one, time);
    }
    this.#replays.judge({
      actions: this.#log !== undefined && !unreadable.isIn("desk"),
      records: !replayedTopics.some((id) => unreadable.isIn(id)),
    }, topics.desk);
  }

  result(): DeskReport {
    const { named, replayed, byHand } = this.#replays.counts;
    const { findings, unreadable } = this.#deps;
    const found = findings.of(services.dead_letter_desk);
    const isRead = this.#log !== undefined &&
      !readTopics.some((id) => unreadable.isIn(id));
    return {
      service: services.dead_letter_desk,
      left: [{ name: "sent", count: named }],
      right: [{ name: "replayed", count: replayed }],
      replays: 0,
      in_flight: 0,
      found,
      state: !isNothing(found)
        ? "out of balance"
        : isRead
        ? "balanced"
        : "not checked",
      remark: this.#remarks().join("; "),
      actions: this.#chain.actions,
      by_hand: byHand,
    };
  }

  #remarks(): string[] {
    const { byHand, byHandNamed, elsewhere } = this.#replays.counts;
    const { desk } = this.#deps.topics;
    const { actions } = this.#chain;
    const more = byHand - byHandNamed.length;
    return [
      this.#log === undefined
        ? `there is no topic ${desk}, so whether replays were sent by the desk is not checked: "deno task topics --apply" creates it`
        : actions === null
        ? `${desk} has no action`
        : `${desk} has actions ${actions.first} to ${actions.last}, the last with the hash ${actions.link}`,
      ...this.#log !== undefined && this.#log.start > 0
        ? ["what came before them is not kept any more"]
        : [],
      ...byHand > 0
        ? [
          `${byHand} ${
            byHand === 1 ? "record was" : "records were"
          } replayed by hand, by no job of the desk: ${byHandNamed.join(", ")}${
            more > 0 ? ` and ${more} more` : ""
          }`,
        ]
        : [],
      ...elsewhere > 0
        ? [
          `${elsewhere} records were sent to topics of other names, which are not read`,
        ]
        : [],
    ];
  }

  #named(
    logged: LoggedAction,
    { sinceMs, untilMs }: {
      sinceMs: number | undefined;
      untilMs: number | undefined;
    },
  ): void {
    const { action: { what }, record: { offset, timestampMs } } = logged;
    if (what.kind !== "send") return;
    const isCommitted = offset < (this.#log?.committed ?? 0);
    const isBefore = untilMs === undefined ||
      timestampMs < untilMs - CLOCK_SKEW_MS;
    this.#replays.addAction(logged, what, (topic) => {
      const keptMs = this.#keptMs.get(topic);
      const sinces = [sinceMs, keptMs].flatMap((one) => one ?? []);
      return isCommitted && isBefore &&
        sinces.every((since) => timestampMs >= since + CLOCK_SKEW_MS);
    });
  }
}
