/**
 * Changes of leader while every broker goes on: what is in flight then is answered by a broker that leads
 * no more, or asked for twice.
 *
 * @module
 */
import { topics } from "#contracts/topics.ts";
import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { Move } from "#kit/kafka/kafkajs/election.ts";
import { Random } from "#kit/random.ts";
import { internalTopics } from "#local/kafka/broker.ts";
import { type BrokerCount, calmFrom, QUIET_START } from "./schedule.ts";

export type PlannedElection = {
  readonly atSeconds: number;
  readonly topic: string;
  readonly partition: number;
};

/** An election as it was done. Times are in seconds since the load began. */
export type AppliedElection = PlannedElection & {
  readonly beganSeconds: number;
  /** When another broker led; undefined if none did in time. */
  readonly movedSeconds: number | undefined;
  /** What a reader should know beside it. */
  readonly note: string;
};

const PER_MINUTE = 8;
/** A broker that is paused may be the one that is asked, or the one that is to lead. */
const GIVE_UP_AFTER_SECONDS = 20;
const TRY_AGAIN_MS = 500;
/** So that elections fall otherwise than faults. */
const OTHER_SEED = 0x5eed;

const partitionsOf = (topic: { name: string; partitions: number }) =>
  Array.from({ length: topic.partitions }, (_, partition) => ({
    topic: topic.name,
    partition,
  }));

/** Every partition whose leader is to move; what payments flow through twice as often as Kafka's own. */
const deck = [
  ...[topics.raw, topics.validated, topics.raw, topics.validated],
  topics.deadLetters,
  ...internalTopics,
].flatMap(partitionsOf);

/**
 * Whose leader is to move when: the same for the same run. A lone broker has none.
 *
 * @returns in their order
 */
export function planElections(
  { seed, minutes, brokers }: {
    seed: number;
    minutes: number;
    brokers: BrokerCount;
  },
): PlannedElection[] {
  if (brokers === 1) return [];
  const random = new Random(seed ^ OTHER_SEED);
  const count = Math.round(PER_MINUTE * minutes);
  const slotSeconds = (calmFrom(minutes) - QUIET_START) / count;
  let rest: typeof deck = [];
  return Array.from({ length: count }, (_, slot) => {
    if (rest.length === 0) rest = random.shuffled(deck);
    const place = rest.pop() ?? { topic: topics.raw.name, partition: 0 };
    const at = QUIET_START + slotSeconds * (slot + random.next());
    return { atSeconds: Math.round(at * 10) / 10, ...place };
  });
}

export type ElectionOptions = {
  /** Seconds since the load began. */
  readonly clock: () => number;
  /** Told of each election when it is over. */
  readonly say: (line: string) => void;
  /** No election is begun any more. */
  readonly over: AbortSignal;
  /** Moves a leader. Throws if that may be tried again. */
  readonly move: (election: PlannedElection) => Promise<Move>;
};

/** Holds the elections one after the other, each at its time or, if the last took long, behind it. */
export async function holdElections(
  planned: readonly PlannedElection[],
  options: ElectionOptions,
): Promise<AppliedElection[]> {
  const { clock, say, over } = options;
  const applied: AppliedElection[] = [];
  for (const election of planned) {
    const leftSeconds = Math.max(0, election.atSeconds - clock());
    await sleep(leftSeconds * 1_000, over);
    if (over.aborted) break;
    const outcome = await hold(election, options);
    applied.push(outcome);
    say(`${describeElection(election)}: ${outcome.note}`);
  }
  return applied;
}

async function hold(
  election: PlannedElection,
  { clock, over, move }: ElectionOptions,
): Promise<AppliedElection> {
  const beganSeconds = clock();
  for (;;) {
    try {
      const { from, to } = await move(election);
      const note = `from kafka-${from} to kafka-${to}`;
      return { ...election, beganSeconds, movedSeconds: clock(), note };
    } catch (error) {
      if (over.aborted || clock() - beganSeconds > GIVE_UP_AFTER_SECONDS) {
        const note = `not moved: ${describeError(error)}`;
        return { ...election, beganSeconds, movedSeconds: undefined, note };
      }
      await sleep(TRY_AGAIN_MS, over);
    }
  }
}

export function hasMoved({ movedSeconds }: AppliedElection): boolean {
  return movedSeconds !== undefined;
}

export function describeElection(
  { topic, partition }: PlannedElection,
): string {
  return `leader of partition ${partition} of ${topic}`;
}
