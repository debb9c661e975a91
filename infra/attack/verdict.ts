import { type Answer, describeAnswers, latencyOf } from "./answers.ts";
import type { Deeds } from "./assault.ts";

/** What was seen of one attack. */
export type Observation = {
  /** Absent where it was ended early because the intake held too much. */
  readonly deeds: Deeds | undefined;
  /** Phases without and with the attack, in turn. */
  readonly rounds: readonly Round[];
  /** Of webhooks sent after it, until memory was given back or that was given up. */
  readonly after: readonly Answer[];
  readonly kafkaHangs: boolean;
  readonly isAlive: boolean;
  /** Resident memory of the intake, at most and after the attack. */
  readonly peakBytes: number;
  readonly afterBytes: number;
};

export type Round = {
  readonly quiet: readonly Answer[];
  readonly attacked: readonly Answer[];
};

export type Limits = {
  /** Of the intake's container. */
  readonly memoryBytes: number;
  /** Whether latency is judged too: it says little on a machine that does other things. */
  readonly judgesLatency: boolean;
};

/** p99 under attack may be so many times that without. */
const MOST_TIMES = 10;
/** How long a webhook may wait for its 503 while Kafka hangs: providers give up after three seconds or so. */
const REFUSED_WITHIN_MS = 3_000;

/**
 * What the intake may hold after an attack, so that there is room for the next one. A runtime keeps some of
 * what it has once had, to use it again.
 */
export function mayKeepBytes(
  { memoryBytes }: Pick<Limits, "memoryBytes">,
): number {
  return memoryBytes * 2 / 3;
}

/**
 * What is wrong, a sentence each.
 *
 * @returns none where the intake has stood the attack
 */
export function faultsOf(seen: Observation, limits: Limits): string[] {
  const { deeds, isAlive, peakBytes, afterBytes } = seen;
  const { memoryBytes, judgesLatency } = limits;
  const faults: string[] = [];
  if (!isAlive) faults.push("the intake ended");
  if (peakBytes > memoryBytes) {
    faults.push(
      `the intake held ${mb(peakBytes)} of memory: its container has ${
        mb(memoryBytes)
      }`,
    );
  }
  const mayKeep = mayKeepBytes(limits);
  if (isAlive && afterBytes > mayKeep) {
    faults.push(
      `it kept ${mb(afterBytes)}: more than ${mb(mayKeep)} is not given back`,
    );
  }
  const refused = refusedOf(seen);
  if (refused.length > 0) {
    faults.push(
      `${refused.length} of ${
        judged(seen).length
      } signed webhooks were not accepted: ${describeAnswers(refused)}`,
    );
  }
  if (deeds?.connections === 0) faults.push("the attackers did not connect");
  return judgesLatency ? [...faults, ...latencyFaults(seen)] : faults;
}

function latencyFaults(seen: Observation): string[] {
  if (seen.kafkaHangs) {
    const { max } = latencyOf(attackedOf(seen));
    return max > REFUSED_WITHIN_MS
      ? [
        `a signed webhook waited ${
          max.toFixed(0)
        } ms to be refused: more than ${REFUSED_WITHIN_MS} ms`,
      ]
      : [];
  }
  const ratio = ratioOf(seen);
  return ratio > MOST_TIMES
    ? [
      `p99 of signed webhooks was ${
        ratio.toFixed(1)
      } times the quiet one: more than ${MOST_TIMES}`,
    ]
    : [];
}

/** Signed webhooks that were not accepted, and where Kafka hangs were not told so either. */
export function refusedOf(seen: Observation): readonly Answer[] {
  return judged(seen).filter(({ status }) =>
    status !== 202 && !(seen.kafkaHangs && status === 503)
  );
}

function judged({ rounds, after }: Observation): readonly Answer[] {
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

export function mb(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
