import type postgres from "postgres";
import type { KafkaAdmin, KafkaClient } from "#kafka/port.ts";
import type { Database } from "#runtime/postgres/database.ts";
import { followTopic } from "./follow_topic.ts";
import { noticeIfAnew } from "./made_anew.ts";
import { unmappedRow } from "./unmapped_row.ts";
import { markGone } from "./unmapped_states.ts";
import { storeUnmapped } from "./unmapped_store.ts";

type Deps = {
  readonly kafka: Pick<KafkaClient, "read">;
  readonly admin: Pick<
    KafkaAdmin,
    "endOffsets" | "highWatermarks" | "startOffsets" | "topicId"
  >;
  readonly database: Pick<Database, "use">;
  readonly topic: string;
  readonly rawTopic: string;
};

/** Webhooks that no mapping knew, as the validator tells them. */
export class UnmappedIndex {
  readonly #deps: Deps;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /**
   * Takes in what can be read since it was last asked, and notes which raw records are not kept any more.
   *
   * @throws {TransientError} if Kafka or the database is away
   */
  async catchUp(): Promise<void> {
    const { admin, topic, rawTopic, database } = this.#deps;
    await this.#inTurn(() => noticeIfAnew(this.#deps, { forget }));
    await this.#follow(await admin.endOffsets(topic));
    const starts = await admin.startOffsets(rawTopic);
    await database.use((sql) =>
      sql.begin((sql) => markGone(sql, rawTopic, starts))
    );
  }

  /** Takes in all that was written until now. What is not committed yet is waited for. */
  async catchUpWithWritten(): Promise<void> {
    const { admin, topic } = this.#deps;
    await this.#follow(await admin.highWatermarks(topic));
  }

  #follow(ends: ReadonlyMap<number, number>): Promise<void> {
    return this.#inTurn(() =>
      followTopic({ ...this.#deps, ends }, (sql, records) =>
        storeUnmapped(
          sql,
          records.flatMap((record) => unmappedRow(record) ?? []),
        ))
    );
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

async function forget(sql: postgres.TransactionSql): Promise<void> {
  await sql`truncate unmapped, unmapped_kinds`;
}
