import { inMegabytes } from "#local/downloads/progress.ts";
import { describeAnswers, latencyOf } from "./answers.ts";
import {
  answersOf,
  attackedOf,
  type Observation,
  ratioOf,
  refusedOf,
} from "./observation.ts";

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
  return memoryBytes * 3 / 4;
}

/**
 * What is wrong, a sentence each.
 *
 * @returns none if the intake has stood the attack
 */
export function faultsOf(seen: Observation, limits: Limits): string[] {
  const { result, isAlive, peakBytes, afterBytes } = seen;
  const { memoryBytes, judgesLatency } = limits;
  const faults: string[] = [];
  if (!isAlive) faults.push("the intake ended");
  if (peakBytes > memoryBytes) {
    faults.push(
      `the intake held ${inMegabytes(peakBytes)} of memory: its container has ${
        inMegabytes(memoryBytes)
      }`,
    );
  }
  const mayKeep = mayKeepBytes(limits);
  if (isAlive && afterBytes > mayKeep) {
    faults.push(
      `it kept ${inMegabytes(afterBytes)}: more than ${
        inMegabytes(mayKeep)
      } is not given back`,
    );
  }
  const refused = refusedOf(seen);
  // If descriptors are few it is a race, like latency, that a busy machine loses.
  const judgesRefusals = judgesLatency || !seen.hasFewFiles;
  if (refused.length > 0 && judgesRefusals) {
    faults.push(
      `${refused.length} of ${
        answersOf(seen).length
      } signed webhooks were not accepted: ${describeAnswers(refused)}`,
    );
  }
  if (result?.connections === 0) faults.push("the attackers did not connect");
  return judgesLatency && !seen.isAtFullRate && !seen.hasFewFiles
    ? [...faults, ...latencyFaults(seen)]
    : faults;
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
