import type postgres from "postgres";
import { consumerNames, consumers } from "#contracts/services.ts";
import type { Database } from "#runtime/postgres/database.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { type Position, type Range, rangesOf } from "../actions/offsets.ts";
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
  /** The desk's own group: how far the index is. */
  readonly groupId: string;
  /** The group of each worker, by its name in the table of consumers. */
  readonly groupOf: (service: string) => string | undefined;
};

/**
 * Says what became of what was sent, without asking the service. A worker's position and its dead letters move in one
 * transaction, so once its group is past a record there is a dead letter of it, or it has passed. Once the index is past all
 * dead letters that were there then, it has seen that letter.
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
    const { admin, database, deadLetterTopic, groupId } = this.#deps;
    const first = this.#pending[0];
    if (first === undefined) return false;
    const positions = new Map(
      await Promise.all(
        first.marks.map(async ({ groupId, topic }) =>
          [groupId + topic, await admin.positions(groupId, topic)] as const
        ),
      ),
    );
    const isThrough = ({ marks }: Pending) =>
      marks.every(({ groupId, topic, ends }) =>
        isPast(positions.get(groupId + topic), ends)
      );
    const through = this.#pending.findLastIndex(isThrough) + 1;
    if (through === 0) return false;
    const letters = await admin.highWatermarks(deadLetterTopic);
    if (!isPast(await admin.positions(groupId, deadLetterTopic), letters)) {
      return false;
    }
    const settled = this.#pending.slice(0, through);
    await database.use((sql) =>
      sql.begin((sql: postgres.TransactionSql) =>
        settleRecords(sql, job, settled.flatMap(({ ranges }) => ranges))
      )
    );
    this.#pending = this.#pending.slice(through);
    return true;
  }
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

/** The worker of a service's name. */
export function consumerOf(service: string) {
  return consumerNames.find((name) => consumers[name].service === service);
}
