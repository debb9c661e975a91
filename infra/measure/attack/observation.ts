import { type Answer, latencyOf } from "./answers.ts";
import type { AttackResult } from "./attacker.ts";

/** What was seen of one attack. */
export type Observation = {
  /** Absent if it was ended early because the intake held too much. */
  readonly result: AttackResult | undefined;
  /** Phases without and with the attack, in turn. */
  readonly rounds: readonly Round[];
  /** Of webhooks sent after it, until memory was given back or that was given up. */
  readonly after: readonly Answer[];
  readonly kafkaHangs: boolean;
  /** The attack took all of this machine, so that latency says nothing. */
  readonly isAtFullRate?: boolean;
  /**
   * The intake has fewer descriptors than attackers connect in the time that a new connection is safe for: who
   * is ended is a matter of who is scheduled first, and newcomers wait for those before them to be ended.
   */
  readonly hasFewFiles?: boolean;
  readonly isAlive: boolean;
  /** Resident memory of the intake, at most and after the attack. */
  readonly peakBytes: number;
  readonly afterBytes: number;
};

export type Round = {
  readonly quiet: readonly Answer[];
  readonly attacked: readonly Answer[];
};

/** Signed webhooks that were not accepted, and, while Kafka hangs, were not told so either. */
export function refusedOf(seen: Observation): readonly Answer[] {
  return answersOf(seen).filter(({ status }) =>
    status !== 202 && !(seen.kafkaHangs && status === 503)
  );
}

/** All of them, in whichever phase they were due. */
export function answersOf({ rounds, after }: Observation): readonly Answer[] {
  return [
    ...rounds.flatMap(({ quiet, attacked }) => [...quiet, ...attacked]),
    ...after,
  ];
}

export function quietOf({ rounds }: Observation): readonly Answer[] {
  return rounds.flatMap(({ quiet }) => quiet);
}

export function attackedOf({ rounds }: Observation): readonly Answer[] {
  return rounds.flatMap(({ attacked }) => attacked);
}

/** How many times p99 was that of the quiet phase before it: the median of all rounds. */
export function ratioOf({ rounds }: Observation): number {
  return median(
    rounds.map(({ quiet, attacked }) =>
      latencyOf(attacked).p99 / latencyOf(quiet).p99
    ),
  );
}

/** @returns NaN of none */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}
