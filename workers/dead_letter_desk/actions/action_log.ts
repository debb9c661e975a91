import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import type { DeskAction, What } from "#contracts/desk_action.ts";
import { chained, type ChainEnd, followChain } from "#runtime/action_chain.ts";
import { FatalError } from "#runtime/errors.ts";
import type {
  KafkaAdmin,
  KafkaClient,
  OutgoingRecord,
  TransactionalSender,
} from "#kafka/port.ts";
import { readToTheEnd } from "#kafka/read_to_the_end.ts";

export type By = DeskAction["by"];

/** What is written together: actions, and the records that they send. Nothing, if nothing is left to do. */
export type Deed = {
  readonly actions: readonly What[];
  readonly records?: readonly OutgoingRecord[];
};

/** Actions in the order of their log, and where it then goes on. */
export type ReadActions = {
  readonly actions: readonly {
    readonly number: number;
    readonly action: DeskAction;
  }[];
  readonly end: LogEnd;
};

export type LogEnd = ChainEnd & { readonly nextOffset: number };

/** Where actions take their effect: the index. */
export type ActionIndex = {
  /** How far it is. */
  end(): Promise<LogEnd>;
  /** Whether it has taken an action in. */
  has(id: string): Promise<boolean>;
  /** Takes actions in, all or none, if it is where they begin. */
  fold(read: ReadActions, from: LogEnd): Promise<void>;
};

type LogDeps = {
  readonly kafka: Pick<KafkaClient, "openTransactional" | "read">;
  readonly admin: Pick<KafkaAdmin, "highWatermarks">;
  readonly index: ActionIndex;
  /** Of actions. */
  readonly topic: string;
  /** Topics that replays may go to. */
  readonly outputTopics: readonly string[];
  readonly transactionalId: string;
  readonly clock: () => Date;
};

/**
 * The one way by which people change anything: an action is written, with the records that it sends, in one transaction of
 * Kafka's, and takes effect in the index when it is read back. One at a time; another desk with the same id is fenced, and
 * fences. So whoever writes has read all that was written before, and decides by that.
 *
 * If it is not known how a transaction ended, the id is opened anew, which ends it, and the log is read again: what was to be
 * done is decided once more, by what is there then.
 */
export class ActionLog {
  readonly #deps: LogDeps;
  #sender: TransactionalSender | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: LogDeps) {
    this.#deps = deps;
  }

  /**
   * Reads what was written and is not in the index yet, by whoever.
   *
   * @throws {TransientError} if Kafka or the database is away
   */
  async catchUp(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#open();
      await this.#catchUp();
    });
  }

  /**
   * Writes what `decide` says, once.
   *
   * @param decide by what the index has now; it may be asked again if another desk came between, or if it is not known whether
   *   what it said was written. Undefined: nothing is to be done any more.
   * @returns whether anything was written
   * @throws what `decide` throws; {TransientError} if Kafka or the database is away: then it may have been written, and takes
   *   effect when both are back
   */
  async write(
    by: By,
    decide: () => Promise<Deed | undefined>,
  ): Promise<boolean> {
    return await this.#inTurn(async () => {
      const id = randomUUID();
      for (let tries = 1;; tries++) {
        try {
          await this.#open();
          const end = await this.#catchUp();
          // Whether this desk has just read it, or another one of the same index has.
          if (tries > 1 && await this.#deps.index.has(id)) return true;
          const deed = await decide();
          if (deed === undefined) return false;
          await this.#transact(by, id, deed, end);
          await this.#catchUp();
          return true;
        } catch (error) {
          if (this.#sender !== undefined || tries >= 3) throw error;
        }
      }
    });
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {});
    await this.#sender?.close();
    this.#sender = undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #open(): Promise<void> {
    const { kafka, topic, outputTopics, transactionalId } = this.#deps;
    const topics = [topic, ...outputTopics];
    if (this.#sender?.isSpent) {
      await this.#sender.close();
      this.#sender = undefined;
    }
    this.#sender ??= await kafka.openTransactional(
      transactionalId,
      { topics },
      { inUse: true },
    );
  }

  async #transact(
    by: By,
    firstId: string,
    { actions, records = [] }: Deed,
    end: LogEnd,
  ): Promise<void> {
    const { topic, clock } = this.#deps;
    const at = clock().toISOString();
    let chain: ChainEnd = end;
    const written = actions.map((what, n): OutgoingRecord => {
      const id = n === 0 ? firstId : randomUUID();
      const { value, end } = chained({ id, at, by, what }, chain);
      chain = end;
      return {
        topic,
        key: Buffer.from("job" in what ? what.job : id),
        value: Buffer.from(value),
        headers: [],
      };
    });
    try {
      await this.#sender?.write([...records, ...written]);
    } catch (error) {
      await this.#sender?.close();
      this.#sender = undefined;
      throw error;
    }
  }

  /** Brings the index to the end of the log. */
  async #catchUp(): Promise<LogEnd> {
    const { kafka, admin, index, topic } = this.#deps;
    let from = await index.end();
    // Not how far can be read: what is committed can lie behind that for some milliseconds more, and is waited for.
    const to = (await admin.highWatermarks(topic)).get(0) ?? 0;
    if (from.nextOffset >= to) return from;
    const range = { partition: 0, from: from.nextOffset, to };
    for await (const batch of readToTheEnd(kafka, { topic, ranges: [range] })) {
      if (batch.nextOffset <= from.nextOffset) continue;
      const read = followed(batch.records, from, batch.nextOffset);
      await index.fold(read, from);
      from = read.end;
    }
    return from;
  }
}

/** @throws {FatalError} if the chain is broken: nothing may be done by a log that somebody has altered */
function followed(
  records: readonly { readonly value: Buffer | null }[],
  from: LogEnd,
  nextOffset: number,
): ReadActions {
  let end: ChainEnd = from;
  // What retention has removed cannot be checked any more.
  const isFirst = from.number === 0;
  const actions = records.map(({ value }, n) => {
    const linked = followChain(value, isFirst && n === 0 ? undefined : end);
    if (!linked.ok) {
      throw new FatalError(
        `The log of actions is not as it was written: ${linked.why}. Run deno task audit`,
      );
    }
    end = linked.end;
    return { number: linked.end.number, action: linked.action };
  });
  return { actions, end: { ...end, nextOffset } };
}
