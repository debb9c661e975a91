/**
 * For tests of the audit: a pipeline whose steps a test takes one by one, with the handlers of the
 * services, real topics and a real table.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { Sql } from "postgres";
import {
  ofEachTopic,
  type TopicId,
  topicIds,
  topics,
} from "#contracts/topics.ts";
import { consumers, ofEachConsumer, services } from "#contracts/services.ts";
import type {
  OutgoingRecord,
  ReceivedRecord,
  RecordHeader,
} from "#kafka/port.ts";
import {
  nowhere,
  type TestCluster,
  testCluster,
} from "../kafka/test_cluster.ts";
import { deadLetterOf } from "#consumer/dead_letter.ts";
import { eachRecord, type Handler } from "#consumer/handler.ts";
import { outputOf } from "#consumer/output.ts";
import { storeEnriched } from "../../../../workers/enriched_writer/enriched_store.ts";
import { storing as storingEnriched } from "../../../../workers/enriched_writer/handle.ts";
import { storeEvents } from "../../../../workers/persistence/event_store.ts";
import {
  type PersistenceDatabase,
  persistenceDatabase,
} from "../persistence/persistence_database.ts";
import { storing } from "../../../../workers/persistence/handle.ts";
import { validate } from "../../../../workers/validator/handle.ts";
import { paymentJson } from "../payment.ts";
import { audit, type AuditOptions } from "#operations/audit/audit.ts";
import { Progress } from "#operations/audit/progress.ts";
import type { Report } from "#operations/audit/report.ts";
import { stages } from "#operations/audit/stages.ts";

/** The stages that most tests are about, in their order. */
const stageNames = ["validator", "analytics", "persistence"] as const;

/** What is enriched is put into its topic by the test, and stored by a stage that it runs by itself. */
type StageName = typeof stageNames[number] | "enriched_writer";

export class TestPipeline implements AsyncDisposable {
  readonly cluster: TestCluster;
  readonly topics: Readonly<Record<TopicId, string>>;
  readonly groups = ofEachConsumer("Group", () => randomUUID());
  readonly #database: PersistenceDatabase;

  private constructor(
    cluster: TestCluster,
    database: PersistenceDatabase,
    topics: TestPipeline["topics"],
  ) {
    this.cluster = cluster;
    this.#database = database;
    this.topics = topics;
  }

  static async open(): Promise<TestPipeline> {
    const cluster = await testCluster();
    const names = new Map<TopicId, string>();
    for (const topic of topicIds) {
      const { partitions } = topics[topic];
      names.set(topic, await cluster.freshTopic(partitions));
    }
    return new TestPipeline(
      cluster,
      await persistenceDatabase(),
      ofEachTopic((topic) => names.get(topic) ?? ""),
    );
  }

  get sql(): Sql {
    return this.#database.sql;
  }

  get database() {
    return this.#database.addressOf("reader");
  }

  /** Who makes days, and drops them. */
  get owner() {
    return this.#database.addressOf("owner");
  }

  /** Writes records as an ordinary producer. */
  async put(
    topic: string,
    records: readonly {
      key?: Buffer | string | null;
      value: Buffer | string | null;
      headers?: readonly RecordHeader[];
    }[],
  ): Promise<void> {
    const sender = this.cluster.kafka.sender();
    await sender.send(records.map(({ key = null, value, headers = [] }) => ({
      topic,
      key: typeof key === "string" ? Buffer.from(key) : key,
      value: typeof value === "string" ? Buffer.from(value) : value,
      headers,
    })));
    await sender.close();
  }

  /** Accepts events, as the intake does. */
  accept(...bodies: readonly string[]): Promise<void> {
    return this.put(
      this.topics.raw,
      bodies.map((value, n) => ({ key: `payment-${n}`, value })),
    );
  }

  /** Has a stage finish everything in its topic, or as much of each partition. */
  async run(stage: StageName, most = Infinity): Promise<void> {
    const input = this.topics[consumers[stage].reads];
    const group = this.groups[`${stage}Group`];
    const positions = await this.cluster.admin.positions(group, input);
    const all = await this.cluster.readAll(input);
    for (const partition of [0, 1, 2]) {
      const records = all.filter((one) =>
        one.partition === partition &&
        one.offset >= (positions.get(partition) ?? 0)
      ).slice(0, most);
      const last = records.at(-1);
      if (last === undefined) continue;
      const outcomes = await this.#handlers[stage](records);
      const output = outputOf({
        service: consumers[stage].service,
        deadLetterTopic: this.topics.deadLetters,
        clock: () => new Date(),
      });
      const made = outcomes.flatMap((outcome, n): OutgoingRecord[] => {
        const record = records[n];
        return record === undefined ? [] : [...output(record, outcome, 1)];
      });
      await this.finish(stage, { ...last, offset: last.offset + 1 }, made);
    }
  }

  /** Writes what came of records and moves a stage's position, in one transaction. */
  async finish(
    stage: StageName,
    { topic, partition, offset }: Pick<
      ReceivedRecord,
      "topic" | "partition" | "offset"
    >,
    output: readonly OutgoingRecord[],
  ): Promise<void> {
    const sender = await this.cluster.kafka.openTransactional(
      randomUUID(),
      nowhere,
    );
    await sender.transact(output, this.groups[`${stage}Group`], {
      topic,
      partition,
      nextOffset: offset,
    });
    await sender.close();
  }

  deadLetterOf(
    stage: StageName,
    record: ReceivedRecord,
    about: Partial<Parameters<typeof deadLetterOf>[1]> = {},
  ): OutgoingRecord {
    return deadLetterOf(record, {
      topic: this.topics.deadLetters,
      service: services[stage],
      rejection: {
        code: "contract_violation",
        message: "Not as it should be.",
        issues: [],
      },
      attempts: 1,
      at: new Date(),
      ...about,
    });
  }

  async runAll(): Promise<void> {
    for (const stage of stageNames) await this.run(stage);
  }

  audit(options: Partial<AuditOptions> = {}): Promise<Report> {
    return audit({
      kafka: this.cluster.kafka,
      topics: this.topics,
      groups: this.groups,
      stages: stages.filter(({ service }) =>
        stageNames.some((name) => services[name] === service)
      ),
      database: this.database,
      most: 100,
      progress: new Progress(() => {}),
      ...options,
    });
  }

  get #handlers(): Record<StageName, Handler> {
    return {
      validator: eachRecord((record) =>
        validate(record, {
          validatedTopic: this.topics.validated,
          unmappedTopic: this.topics.unmapped,
        })
      ),
      analytics: eachRecord(() => ({ kind: "done" })),
      persistence: storing((events) =>
        storeEvents(this.#database.database, events)
      ),
      enriched_writer: storingEnriched((all) =>
        storeEnriched(this.#database.database, all)
      ),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]();
    await this.cluster[Symbol.asyncDispose]();
  }
}

/** An event that the validator lets pass, of a payment of its own. */
export function eventJson(eventId: string, amount = "49.90"): string {
  return paymentJson({ eventId, paymentId: `p-${eventId}`, amount });
}
