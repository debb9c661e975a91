import type postgres from "postgres";
import type { Database } from "#runtime/postgres/database.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { type Position, type Range, rangesOf } from "../actions/offsets.ts";
import type { ReplayMetrics } from "../metrics.ts";
import type { UnmappedIndex } from "../index/index_unmapped.ts";
import { settleRecords } from "../index/settle.ts";

/** Records that were sent, and how far who reads them must be before it is known what became of them. */
type Pending = {
  readonly ranges: readonly Range[];
  readonly count: number;
  readonly marks: readonly Mark[];
};

/** A group, a topic that it reads, and the ends of its partitions when the records were in it. */
type Mark = {
  readonly service: string;
  readonly groupId: string;
  readonly topic: string;
  readonly ends: ReadonlyMap<number, number>;
};

export type Sent = {
  readonly service: string;
  readonly topic: string;
  readonly positions: readonly Position[];
};

type OutcomeDeps = {
  readonly admin: Pick<KafkaAdmin, "highWatermarks" | "positions">;
  readonly database: Pick<Database, "use">;
  readonly deadLetterTopic: string;
  /** Of webhooks that no mapping knew: brings the index past all that was written of them. */
  readonly unmapped: Pick<UnmappedIndex, "catchUpWithWritten">;
  /** The desk's own group: how far the index is. */
  readonly groupId: string;
  readonly metrics?: Pick<ReplayMetrics, "ended">;
  /** The group of each worker, by its name in the table of consumers. */
  readonly groupOf: (service: string) => string | undefined;
};

/**
 * Says what became of what was sent, without asking the service. A worker's position and its dead letters move in one
 * transaction, so once its group is past a record there is a dead letter of it, or it has passed. Once the index is past all
 * dead letters that were there then, it has seen that letter; pointers to what no mapping knew are in the same transaction.
 */
export class Outcomes {
  readonly #deps: OutcomeDeps;
  #pending: Pending[] = [];

  constructor(deps: OutcomeDeps) {
    this.#deps = deps;
  }

  /** How many records wait for their outcomes. */
  get waiting(): number {
    return this.#pending.reduce((sum, { count }) => sum + count, 0);
  }

  /** How many steps do. */
  get steps(): number {
    return this.#pending.length;
  }

  /** Whom it is waited for; undefined if for nobody. */
  get waitsFor(): string | undefined {
    return this.#pending[0]?.marks.map(({ service }) => service).join(", ");
  }

  /** Takes note of records whose transaction is committed. */
  async sent(all: readonly Sent[]): Promise<void> {
    const { admin, groupOf } = this.#deps;
    if (all.length === 0) return;
    const marks = await Promise.all(all.map(async ({ service, topic }) => ({
      service,
      topic,
      groupId: groupOf(service) ?? service,
      ends: await admin.highWatermarks(topic),
    })));
    const positions = all.flatMap((one) => one.positions);
    this.#pending.push({
      ranges: rangesOf(positions),
      count: positions.length,
      marks,
    });
  }

  /**
   * Looks who is how far, and settles what is known by that.
   *
   * @returns whether anything is known that was not
   */
  async look(job: string): Promise<boolean> {
    const { admin, database, deadLetterTopic, groupId, metrics, unmapped } =
      this.#deps;
    if (this.#pending.length === 0) return false;
    const nameOf = ({ groupId, topic }: Mark) => `${groupId} ${topic}`;
    const readers = new Map(
      this.#pending.flatMap(({ marks }) =>
        marks.map((mark) => [nameOf(mark), mark])
      ),
    );
    const positions = new Map(
      await Promise.all(
        [...readers].map(async ([name, { groupId, topic }]) =>
          [name, await admin.positions(groupId, topic)] as const
        ),
      ),
    );
    // One service may be past a later step while another is not past an earlier one.
    const isThrough = ({ marks }: Pending) =>
      marks.every((mark) => isPast(positions.get(nameOf(mark)), mark.ends));
    const settled = this.#pending.filter(isThrough);
    if (settled.length === 0) return false;
    const letters = await admin.highWatermarks(deadLetterTopic);
    if (!isPast(await admin.positions(groupId, deadLetterTopic), letters)) {
      return false;
    }
    if (await isOfUnmapped(database, job)) await unmapped.catchUpWithWritten();
    const known = await database.use((sql) =>
      sql.begin((sql: postgres.TransactionSql) =>
        settleRecords(sql, job, settled.flatMap(({ ranges }) => ranges))
      )
    );
    metrics?.ended(known);
    this.#pending = this.#pending.filter((one) => !settled.includes(one));
    return true;
  }
}

async function isOfUnmapped(
  database: Pick<Database, "use">,
  job: string,
): Promise<boolean> {
  const rows = await database.use((sql) =>
    sql`select from jobs where id = ${job} and of = 'unmapped'`
  );
  return rows.length > 0;
}

/** A partition in which nothing ever was has no position. */
function isPast(
  positions: ReadonlyMap<number, number> | undefined,
  ends: ReadonlyMap<number, number>,
): boolean {
  return [...ends].every(([partition, end]) =>
    end === 0 || (positions?.get(partition) ?? 0) >= end
  );
}
