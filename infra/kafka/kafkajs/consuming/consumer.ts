import kafkajs from "kafkajs";
import type { EachBatchPayload } from "kafkajs";
import { orAborted } from "#runtime/backoff.ts";
import { TransientError } from "#runtime/errors.ts";
import type {
  Flow,
  GroupConsumer,
  GroupListener,
  ReceivedRecords,
} from "../../port.ts";
import { NotOwnerError } from "../../port.ts";
import {
  fetchedOffset,
  isFetchedAfter,
  now,
  recordsIn,
} from "../patches/broker_fetch.ts";
import { type Membership, offering } from "../patches/broker_join.ts";
import { translate } from "../errors.ts";
import { type NewKafka, retryPolicy } from "../new_kafka.ts";
import { gapsIn } from "./read_batch.ts";

/**
 * After these retries (some 2 s) the consumer is given up and a new one looks for brokers and the
 * coordinator afresh: that finds a restarted broker, or the next coordinator, sooner than retrying on
 * old connections. kafkajs would restart its consumer too, but also one that is being closed.
 */
const retry = {
  ...retryPolicy({ firstMs: 100, maxMs: 1_000, times: 4 }),
  restartOnFailure: () => Promise.resolve(false),
};

/**
 * kafkajs does not look by itself whether a topic has got more partitions: `infra/consumer/ownership.ts` does,
 * every other second. On finding some each of kafkajs's fetchers, one a broker, would join the group, and of
 * joins side by side by one member the coordinator answers the last alone: the others would wait for their
 * time to run out, and the partitions of their brokers with them. Any error of a fetch has the metadata
 * refreshed, as ever.
 */
const METADATA_MAX_AGE_MS = 24 * 60 * 60 * 1_000;

/** The coordinator gives a member up that it has not heard from for this long. */
const SESSION_MS = 6_000;

/** How long the coordinator waits for all members to join again. */
const REBALANCE_MS = 20_000;

/** The rebalance, and twice the time any other request may take: to find the coordinator, and to sync. */
const JOIN_MS = REBALANCE_MS + 2 * 5_000;

export type JoinOptions = {
  readonly groupId: string;
  readonly topic: string;
  readonly listener: GroupListener;
};

/** What one consumer of kafkajs is to those before and after it. */
export type Life = {
  readonly membership: Membership;
  joined(): void;
  /** It is over, of itself. */
  ended(error: Error): void;
};

/** One stay in the group, from one join to the next. */
type Stay = {
  readonly since: number;
  over: boolean;
  /**
   * kafkajs's commit for this stay. It takes the generation that is current when it is called, so it
   * is only called while `over` is false. `consumer.commitOffsets` will not do: it retries by
   * itself, and a retry after a rejoin would commit an old stay's offset under the new generation.
   */
  commit?: (offsets: OffsetsAndNotes) => Promise<void>;
  /** By partition, the offset at which something could not be read when it was fetched last. */
  readonly doubts: Map<number, number>;
  /** Partitions of which nothing more is fetched, because what comes next cannot be read. */
  readonly stopped: Set<number>;
};

/** kafkajs's types do not have the metadata, which it sends. */
type OffsetsAndNotes = {
  readonly topics: {
    readonly topic: string;
    readonly partitions: {
      readonly partition: number;
      readonly offset: string;
      readonly metadata: string | undefined;
    }[];
  }[];
};

function newStay(over: boolean): Stay {
  return { since: now(), over, doubts: new Map(), stopped: new Set() };
}

/**
 * `eachBatch` hands a batch over and returns at once, or as soon as the listener wants more, so the fetch loop
 * always turns: it heartbeats, and a slow partition holds up no other. Work happens in the listener's own
 * time; flow control is `pause` and `resume`.
 */
export async function startConsumer(
  newKafka: NewKafka,
  { groupId, topic, listener }: JoinOptions,
  { membership, joined, ended }: Life,
): Promise<GroupConsumer> {
  let stay = newStay(true);
  let over = false;
  const closing = new AbortController();
  let heardAt = 0;
  let joiningSince = Date.now();
  const endStay = () => {
    stay.over = true;
    listener.revoked();
  };
  // kafkajs goes on joining when it is told to stop meanwhile, and would be a member nobody knows of.
  const refuseIfOver = () => {
    if (over) throw new Error("The consumer is closed");
  };
  const joining = () => {
    refuseIfOver();
    joiningSince = Date.now();
    endStay();
  };
  const consumer = newKafka(retry).consumer({
    groupId,
    retry,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: REBALANCE_MS,
    heartbeatInterval: 1_500,
    maxWaitTimeInMs: 50,
    maxBytesPerPartition: 512 * 1024,
    maxBytes: 8 * 1024 * 1024,
    readUncommitted: false,
    partitionAssigners: [offering(membership, joining)],
  });
  const { GROUP_JOIN, HEARTBEAT, CRASH } = consumer.events;

  const end = (error: Error) => {
    if (over) return;
    endStay();
    close().catch(() => {});
    ended(error);
  };
  const rejoin = (reason: string) => end(new TransientError(reason));
  const close = async () => {
    over = true;
    closing.abort();
    clearInterval(watch);
    await consumer.disconnect();
  };
  // A coordinator that hangs, or a fetch loop that does, is not an error to kafkajs for half a minute.
  const watch = setInterval(() => {
    if (stay.over && Date.now() - joiningSince > JOIN_MS) {
      end(new TransientError(`Joining ${groupId} came to no end`));
    }
    if (!stay.over && Date.now() - heardAt > SESSION_MS) {
      end(new TransientError(`No heartbeat of ${groupId} was answered`));
    }
  }, 500);

  consumer.on(GROUP_JOIN, ({ payload }) => {
    refuseIfOver();
    // Each of kafkajs's fetchers, one a broker, joins when it finds that a leader has moved. Of two joins side by side
    // both can succeed: the second ends the stay that the first began, though it was begun before that.
    if (!stay.over) endStay();
    heardAt = Date.now();
    stay = newStay(false);
    joined();
    const partitions = payload.memberAssignment[topic] ?? [];
    consumer.resume([{ topic, partitions }]);
    listener.assigned(partitions);
  });
  consumer.on(HEARTBEAT, () => {
    heardAt = Date.now();
  });
  consumer.on(CRASH, ({ payload }) => end(payload.error));

  const hand = (batch: Omit<ReceivedRecords, "commitOffset" | "flow">) => {
    const { partition } = batch;
    const own = stay;
    const pausable = [{ topic, partitions: [partition] }];
    const flow: Flow = {
      pause: () => own.over || ifRunning(() => consumer.pause(pausable)),
      resume: () =>
        own.over || own.stopped.has(partition) ||
        ifRunning(() => consumer.resume(pausable)),
    };
    if (batch.unreadable !== undefined) {
      own.stopped.add(partition);
      flow.pause();
    }
    const commitOffset = async (nextOffset: number, metadata?: string) => {
      if (own.over || own.commit === undefined) {
        throw new NotOwnerError(`Partition ${partition} of ${topic} is lost`);
      }
      const offset = String(nextOffset);
      try {
        await own.commit({
          topics: [{ topic, partitions: [{ partition, offset, metadata }] }],
        });
      } catch (error) {
        throw translate(`Cannot commit offset ${offset} of ${topic}`, error);
      }
    };
    return listener.received({ ...batch, commitOffset, flow });
  };

  const received = async (payload: EachBatchPayload): Promise<void> => {
    const { batch } = payload;
    // Not resolved, so that the next fetch begins where the stay does.
    if (stay.over || !isFetchedAfter(stay.since, batch)) return;
    stay.commit = payload.commitOffsetsIfNecessary;
    const { partition } = batch;
    const from = fetchedOffset(batch);
    const { records, taken, marks, nextOffset = from, unreadable } = recordsIn(
      batch,
    );
    if (nextOffset > from) payload.resolveOffset(String(nextOffset - 1));
    // Bytes can be spoilt on their way too: what cannot be read is fetched once more before it is believed.
    const isCertain = stay.doubts.get(partition) === nextOffset;
    if (unreadable !== undefined) stay.doubts.set(partition, nextOffset);
    const reason = isCertain ? unreadable : undefined;
    if (nextOffset === from && reason === undefined) return;
    // The broker answers with whole batches of a producer.
    const first = records.findIndex(({ offset }) => offset >= from);
    const wantsMore = hand({
      partition,
      records: first < 0 ? [] : first === 0 ? records : records.slice(first),
      fetchedOffset: from,
      nextOffset,
      marks,
      gaps: gapsIn(taken, { partition, from, to: nextOffset }),
      ...(reason && { unreadable: reason }),
    });
    if (wantsMore !== undefined) await orAborted(wantsMore, closing.signal);
  };

  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1_000,
      eachBatch: received,
    });
  } catch (error) {
    if (over) return { rejoin, close };
    await close().catch(() => {});
    throw translate(`Cannot join group ${groupId}`, error);
  }
  return { rejoin, close };
}

/** kafkajs throws if it has crashed and not restarted yet; there is nothing to pause then. */
function ifRunning(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof kafkajs.KafkaJSNonRetriableError)) throw error;
  }
}
