/**
 * The audit: reads the topics and the database, and proves that everything that came in
 * came to exactly one thing that says the same, or names what did not.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TopicId } from "#contracts/topics.ts";
import type { DatabaseAddress } from "#runtime/database_settings.ts";
import type { KafkaAdmin, KafkaClient, OffsetRange } from "#kafka/port.ts";
import { AcceptedList } from "./accepted_list.ts";
import { Collector, existence } from "./collector.ts";
import { DeskAudit } from "./desk_audit.ts";
import { Findings, isNothing } from "./findings.ts";
import { InputRecord } from "./input_record.ts";
import { namesOf } from "./names.ts";
import type { Progress } from "./progress.ts";
import { RawAudit } from "./raw_audit.ts";
import type { Report } from "./report.ts";
import { keptSince } from "./retention.ts";
import { openRows, type Rows, type Tables } from "./rows.ts";
import {
  CLOCK_SKEW_MS,
  type Snapshot,
  takeSnapshot,
  writtenTopics,
} from "./snapshot.ts";
import { SortedOutputs } from "./sorted_outputs.ts";
import { StageAudit } from "./stage_audit.ts";
import { type Stage, stages } from "./stages.ts";
import type { AdoptedRows } from "./tables.ts";
import { UnreadableCoordinates } from "./unreadable_coordinates.ts";

export type AuditOptions = {
  readonly kafka: Pick<KafkaClient, "read" | "admin">;
  /** Counts what `kafka` reads from the history, if it does. */
  readonly past?: { readonly records: number } | undefined;
  readonly topics: Readonly<Record<TopicId, string>>;
  readonly groups: Readonly<Record<Stage["group"], string>>;
  /** Whose sums are checked; absent: all. */
  readonly stages?: readonly Stage[];
  readonly database: DatabaseAddress;
  /** Milliseconds since the epoch; absent: from the first record that is kept. */
  readonly sinceMs?: number | undefined;
  /** Milliseconds since the epoch; absent: up to now. */
  readonly untilMs?: number | undefined;
  /** File with the ids of what the provider was told is accepted, one a line. */
  readonly accepted?: string | undefined;
  /** Findings named at most; all are counted. */
  readonly most: number;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
};

/**
 * @throws {TransientError} if Kafka does not answer
 * @throws {StartError} if the database does not, or a file cannot be read
 */
export async function audit(options: AuditOptions): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-audit-"));
  try {
    await using tables = openRows(options.database);
    const admin = await options.kafka.admin();
    try {
      return await new Audit(options, { folder, admin, tables }).run();
    } finally {
      await admin.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Audit {
  readonly #options: AuditOptions;
  readonly #stages: readonly Stage[];
  readonly #folder: string;
  readonly #admin: KafkaAdmin;
  readonly #tables: Tables;
  readonly #findings: Findings;
  readonly #unreadable = new UnreadableCoordinates();
  readonly #beganMs = Date.now();
  readonly #adopted = new Map<Stage, AdoptedRows>();

  constructor(
    options: AuditOptions,
    resources: { folder: string; admin: KafkaAdmin; tables: Tables },
  ) {
    this.#options = options;
    this.#stages = options.stages ?? stages;
    this.#folder = resources.folder;
    this.#admin = resources.admin;
    this.#tables = resources.tables;
    this.#findings = new Findings(options.most);
  }

  async run(): Promise<Report> {
    const { kafka, topics, groups, progress } = this.#options;
    const accepted = await this.#readAccepted();
    const { sinceMs, isRetention } = await this.#since();
    const time = { sinceMs, untilMs: this.#options.untilMs };
    const desk = await DeskAudit.begin({
      kafka,
      admin: this.#admin,
      topics,
      findings: this.#findings,
      unreadable: this.#unreadable,
      folder: this.#folder,
      nowMs: this.#beganMs,
    });
    const snapshot = await takeSnapshot({
      admin: this.#admin,
      stages: this.#stages,
      topics,
      groups,
      ...time,
    });
    const findings = this.#findings;
    const unreadable = this.#unreadable;
    const raw = new RawAudit({
      topic: topics.raw,
      accepted,
      findings,
      unreadable,
    });
    const sums = this.#stages.map((stage) =>
      new StageAudit({
        stage,
        topics,
        findings,
        unreadable,
        rows: this.#rowsOf(stage),
        outputs: new SortedOutputs(this.#folder),
        eventIdOf: namesOf({
          kafka,
          rows: this.#rowsOf(stage),
          topics,
          stage,
          findings,
        }),
      })
    );
    await this.#collect(sums, snapshot, time);
    await this.#judge({ raw, sums, desk }, snapshot);
    await desk.judge((range) => this.#read("desk", [range]), time);
    const first = await raw.result();
    return {
      taken_at: new Date(this.#beganMs).toISOString(),
      since: isoOf(time.sinceMs),
      until: isoOf(time.untilMs),
      since_retention: isRetention,
      sums: [
        first,
        ...sums.map((stageAudit) =>
          stageAudit.result(this.#remark(stageAudit, snapshot))
        ),
      ],
      desk: desk.result(),
      found: findings.counts,
      findings: findings.named,
      unreadable: unreadable.sentences,
      balanced: isNothing(findings.counts) && unreadable.sentences.length === 0,
      records_read: progress.records,
      records_of_history: this.#options.past?.records ?? 0,
      seconds: (Date.now() - this.#beganMs) / 1000,
    };
  }

  /** First pass: everything that was made, sorted by what it was made of. */
  async #collect(
    sums: readonly StageAudit[],
    snapshot: Snapshot,
    time: { sinceMs: number | undefined; untilMs: number | undefined },
  ): Promise<void> {
    const { topics, progress, signal } = this.#options;
    const exists = existence(this.#admin, topics);
    const collector = new Collector({ sums, topics, snapshot, exists });
    for (const id of writtenTopics(this.#stages)) {
      const ranges = snapshot.windows.get(id)?.map(({ outputs }) => outputs);
      for await (const { records } of this.#read(id, ranges)) {
        for (const record of records) await collector.record(id, record);
      }
    }
    for (const stageAudit of sums) {
      const { stage } = stageAudit;
      const { input, output } = stage;
      if (output.kind !== "row") continue;
      const windows = snapshot.windows.get(input) ?? [];
      const rows = this.#rowsOf(stage).sources(topics[input], windows, time);
      for await (const row of rows) {
        signal?.throwIfAborted();
        progress.row();
        await collector.row(stageAudit, row);
      }
      await this.#explainAdopted(stageAudit);
    }
  }

  /** Rows that no record made must be the earlier table's. */
  async #explainAdopted(stageAudit: StageAudit): Promise<void> {
    const { stage } = stageAudit;
    const adopted = await this.#rowsOf(stage).adopted();
    this.#adopted.set(stage, adopted);
    for (const eventId of adopted.strangers) {
      stageAudit.addUnexplained(
        eventId,
        "a row",
        "says that it was adopted, and earlier_events has no such row",
      );
    }
  }

  /** Second pass: everything that came in, each with what was made of it. */
  async #judge(
    { raw, sums, desk }: {
      raw: RawAudit;
      sums: readonly StageAudit[];
      desk: DeskAudit;
    },
    snapshot: Snapshot,
  ): Promise<void> {
    for (const id of new Set(this.#stages.map(({ input }) => input))) {
      const readers = sums.filter(({ stage }) => stage.input === id);
      for await (const batch of this.#read(id, snapshot.windows.get(id))) {
        if (id === "raw") batch.gaps.forEach((gap) => raw.addGap(gap));
        for (const record of batch.records) {
          const input = new InputRecord(record);
          if (id === "raw") raw.take(input);
          desk.record(id, input, snapshot);
          for (const stageAudit of readers) {
            const end = snapshot.finished(stageAudit.stage, record.partition);
            if (record.offset < end) await stageAudit.judge(input);
            else stageAudit.addInFlight();
          }
        }
      }
      for (const stageAudit of readers) await stageAudit.end();
    }
  }

  async *#read(id: TopicId, ranges: readonly OffsetRange[] = []) {
    const { kafka, topics, progress, signal } = this.#options;
    const topic = topics[id];
    for await (const batch of kafka.read({ topic, ranges, signal })) {
      progress.read(topic, batch);
      this.#unreadable.note(id, batch);
      yield batch;
    }
  }

  async #readAccepted(): Promise<AcceptedList | undefined> {
    const { accepted } = this.#options;
    if (accepted === undefined) return undefined;
    const list = new AcceptedList(accepted, this.#folder);
    await list.read();
    return list;
  }

  /** Where to begin: where it was asked for, but not before what was made of the records is kept. */
  async #since() {
    const { kafka, topics, sinceMs } = this.#options;
    const [admin, nowMs] = [this.#admin, this.#beganMs];
    let keptMs: number | undefined;
    for (const id of writtenTopics(this.#stages)) {
      const topic = topics[id];
      const kept = await keptSince({ kafka, admin, topic, nowMs });
      if (kept !== undefined) {
        keptMs = Math.max(keptMs ?? 0, kept + CLOCK_SKEW_MS);
      }
    }
    const isRetention = keptMs !== undefined && keptMs > (sinceMs ?? 0);
    return { sinceMs: isRetention ? keptMs : sinceMs, isRetention };
  }

  #remark({ stage }: StageAudit, { idle }: Snapshot): string | null {
    if (idle.has(stage)) {
      return `group ${
        this.#options.groups[stage.group]
      } has no position, so it has finished nothing yet`;
    }
    return adoptedRemark(this.#adopted.get(stage));
  }

  /** The table that a stage writes; of one that writes none, the table of events, which it is not held against. */
  #rowsOf({ output }: Stage): Rows {
    return this.#tables[output.kind === "row" ? output.table : "events"];
  }
}

function adoptedRemark(adopted: AdoptedRows | undefined): string | null {
  if (adopted === undefined || adopted.count === 0) return null;
  const { count, isCheckable } = adopted;
  return `beside these ${count} rows were adopted from the earlier service, which no record made${
    isCheckable ? "" : "; earlier_events is gone, so they are not checked"
  }`;
}

function isoOf(timeMs: number | undefined): string | null {
  return timeMs === undefined ? null : new Date(timeMs).toISOString();
}
