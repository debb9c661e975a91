import { exitCodes } from "#runtime/errors.ts";
import { hasMoved } from "./elections.ts";
import { describeFault } from "./schedule.ts";
import { judgeLives, livesOf } from "./memory.ts";
import type { ServiceMemory, SoakResult } from "./result.ts";
import type { Sample } from "./sample.ts";
import { isServer, services } from "./schedule.ts";

/** From here on a run is long enough to say of every service whether its memory is flat. */
const MINUTES_TO_TELL = 10;

/**
 * Seconds of a process's life that do not count: compilers and heaps settle into the load. Five minutes, of
 * short runs a quarter: at 50 events a second, V8's and JavaScriptCore's heaps were seen to rise for three
 * to four minutes and then stay (a service alone, for 20 minutes).
 */
function warmUpSeconds(minutes: number): number {
  return Math.min(300, minutes * 60 / 4);
}

/**
 * What memory may grow by, in megabytes per hour: 20, which is half a gigabyte a day, and more in a run
 * too short to tell that from a heap's breathing. Heaps fill by some 30 MB within some 10 minutes before
 * they are collected whole; that ramp alone tilts a line through T minutes by up to 30 MB × 10 min / T².
 * So 30 minutes show a leak of some 200 bytes an event, and two only one of ten kilobytes.
 */
export function memoryBound(minutes: number): number {
  return Math.max(20, 30 * 10 * 60 / minutes ** 2);
}

export function judgeMemory(
  samples: readonly Sample[],
  minutes: number,
): ServiceMemory[] {
  return services.map((service) => {
    const lives = livesOf(service, samples, warmUpSeconds(minutes));
    const { slope, later, verdict } = judgeLives(lives, {
      bound: memoryBound(minutes),
      seconds: warmUpSeconds(minutes),
    });
    // What is not gross is not told from a heap's breathing.
    const isTold = minutes >= MINUTES_TO_TELL || verdict === "grows";
    return {
      service,
      slope,
      later,
      verdict: isTold ? verdict : "too short to tell",
    };
  });
}

/** Of the planned elections. What is left is for those that met a broker which was paused or away. */
const LEAST_SHARE_MOVED = 0.75;

/** No answer at all, accepted, and refused for the moment. */
const expectedStatuses = new Set(["0", "202", "503"]);

/** Why the run failed; nothing if it passed. */
export function failuresOf(
  result: Omit<SoakResult, "failures">,
): string[] {
  const { faults, schedule, events, audit, memory, unfinished } = result;
  const failures: string[] = [];
  if (result.interrupted) {
    return ["The run was stopped before its time: nothing is proven."];
  }
  if (unfinished.length > 0) {
    failures.push(
      `Not finished after the load had stopped: ${unfinished.join(", ")}.`,
    );
  }
  if (audit.kind === "silent") failures.push(audit.why);
  else if (!audit.report.balanced) {
    failures.push("The audit does not balance.");
  }
  if (events.rows !== events.good) {
    failures.push(
      `${events.good} good events were accepted and ${
        events.rows ?? "an unknown number of"
      } rows are stored.`,
    );
  }
  if (faults.length < schedule.length) {
    failures.push(
      `Only ${faults.length} of ${schedule.length} faults were done.`,
    );
  }
  for (const fault of faults) {
    const name = `Fault ${fault.number} (${describeFault(fault)})`;
    if (fault.note && !isServer(fault.target)) {
      failures.push(`${name}: ${fault.target} ${fault.note}.`);
    }
    if (fault.lagAfter === undefined) {
      failures.push(`${name} was not recovered from.`);
    }
  }
  const moved = result.elections.filter(hasMoved).length;
  if (moved < LEAST_SHARE_MOVED * result.plannedElections) {
    failures.push(
      `Leaders moved only ${moved} of ${result.plannedElections} times.`,
    );
  }
  for (const { name, how, seconds } of result.unexpectedEnds) {
    // Started while a server was away for long: it says so and is started again.
    if (how === `exit code ${exitCodes.unavailable}`) continue;
    const at = Math.round(seconds);
    failures.push(`${name} ended by itself after ${at} s (${how}).`);
  }
  const odd = Object.keys(result.statuses).filter((one) =>
    !expectedStatuses.has(one)
  );
  if (odd.length > 0) {
    failures.push(`The intake answered with ${odd.join(", ")}.`);
  }
  for (const { service, verdict } of memory) {
    if (verdict === "grows") failures.push(`The memory of ${service} grows.`);
    if (
      verdict === "too short to tell" && result.minutes >= MINUTES_TO_TELL
    ) {
      failures.push(`No life of ${service} was long enough to see its memory.`);
    }
  }
  return failures;
}
