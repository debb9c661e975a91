import { groupNames, lagOf, type Sample } from "./sample.ts";
import type { PlannedFault } from "./schedule.ts";

/** A fault as it was done. Times are in seconds since the load began. */
export type AppliedFault = PlannedFault & {
  /** From 1, in the order of the schedule. */
  readonly number: number;
  readonly beganSeconds: number;
  /** When the process had ended, or after a pause went on; undefined if the fault could not be done. */
  readonly endedSeconds: number | undefined;
  /** When the target itself could do its work again. */
  readonly readySeconds: number | undefined;
  /** When a 202 came to a request that was sent after the fault's end; of an intake, from that intake. */
  readonly acceptedSeconds: number | undefined;
  /** What a reader should know beside it. */
  readonly note: string;
};

/** Seconds from the fault's start if it is a kill, else from its end. */
export type Recovery = {
  /** To the target ready again. What comes after it is the recovery of the others. */
  readonly readyAfter: number | undefined;
  /** To the intake's first 202. */
  readonly acceptedAfter: number | undefined;
  /** To the lag back at zero. */
  readonly lagAfter: number | undefined;
};

/** @param rate events sent per second */
export function recoveryOf(
  fault: AppliedFault,
  samples: readonly Sample[],
  rate: number,
): Recovery {
  const { beganSeconds, endedSeconds, readySeconds, acceptedSeconds } = fault;
  const since = fault.fault === "kill" ? beganSeconds : endedSeconds;
  const after = (seconds: number | undefined) =>
    since === undefined || seconds === undefined ? undefined : seconds - since;
  return {
    readyAfter: after(readySeconds),
    acceptedAfter: after(acceptedSeconds),
    lagAfter: after(
      acceptedSeconds && lagBackAt(acceptedSeconds, samples, rate),
    ),
  };
}

/**
 * When every group has passed what was in its topic at the second look after the intake answered again,
 * and is behind by less than half a second's traffic. At the first look a partition whose owner is gone
 * could seem finished, for want of a record since; and what the broker was asked before the fault, and
 * answered after it, is no evidence.
 */
function lagBackAt(
  acceptedSeconds: number,
  samples: readonly Sample[],
  rate: number,
): number | undefined {
  const looks = samples.filter(({ seconds, groups }) =>
    groups !== undefined && seconds >= acceptedSeconds
  ).slice(1);
  const goal = looks[0]?.groups;
  return goal &&
    looks.find(({ groups }) =>
      groups !== undefined &&
      groupNames.every((name) =>
        goal[name].ends.every((end, partition) =>
          (groups[name].positions[partition] ?? 0) >= end
        ) && lagOf(groups[name]) <= rate / 2
      )
    )?.seconds;
}
