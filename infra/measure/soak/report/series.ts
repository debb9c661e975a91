/**
 * From samples to the lines of a chart.
 *
 * @module
 */
import type { SoakResult } from "../result.ts";
import type { Sample } from "../sample.ts";

/** Minutes since the load began, and a value; none if the line is broken. */
export type LinePoint = [minutes: number, value: number | null];

/** Where the time axis ends. */
export function endMinutes({ samples, minutes }: SoakResult): number {
  return Math.max(minutes, (samples.at(-1)?.seconds ?? 0) / 60);
}

/** When a fault was over for good; the end of the run if it never was. */
export function recoveredMinutes(
  fault: SoakResult["faults"][number],
  result: SoakResult,
): number {
  const { beganSeconds, endedSeconds = beganSeconds, lagAfter } = fault;
  if (lagAfter === undefined) return endMinutes(result);
  const since = fault.fault === "kill" ? beganSeconds : endedSeconds;
  return Math.max(endedSeconds, since + lagAfter) / 60;
}

/** More than a screen shows side by side. */
const MOST_POINTS = 600;

/** How many samples a point stands for. */
function samplesPerPoint(samples: readonly Sample[]): number {
  return Math.max(1, Math.ceil(samples.length / MOST_POINTS));
}

/** The greatest value within each point's samples, so that no peak is hidden. */
export function peaks(
  samples: readonly Sample[],
  valueOf: (sample: Sample) => number | undefined,
): LinePoint[] {
  return chunks(samples, samplesPerPoint(samples)).map((chunk) => {
    const values = chunk.map(valueOf).filter((value) => value !== undefined);
    return [minutesOf(chunk), values.length > 0 ? Math.max(...values) : null];
  });
}

/**
 * What a count that only rises gained per second, over the seconds around each point: a second alone is
 * as much chance as rate.
 */
export function ratePerSecond(
  samples: readonly Sample[],
  countOf: (sample: Sample) => number | undefined,
): LinePoint[] {
  const known = samples.flatMap((sample) => {
    const count = countOf(sample);
    return count === undefined ? [] : [{ seconds: sample.seconds, count }];
  });
  const size = Math.max(3, samplesPerPoint(samples));
  const points: LinePoint[] = [];
  for (
    let index = size;
    index < known.length;
    index += samplesPerPoint(samples)
  ) {
    const [from, to] = [known[index - size], known[index]];
    if (from === undefined || to === undefined) continue;
    const seconds = to.seconds - from.seconds;
    points.push([
      (from.seconds + to.seconds) / 120,
      seconds > 0 ? (to.count - from.count) / seconds : null,
    ]);
  }
  return points;
}

/** A process's resident memory in megabytes; the line is broken where one process follows another. */
export function memoryLine(
  samples: readonly Sample[],
  name: string,
): LinePoint[] {
  const points: LinePoint[] = [];
  let before: number | undefined;
  for (const chunk of chunks(samples, samplesPerPoint(samples))) {
    const process = chunk.at(-1)?.processes[name];
    const minutes = minutesOf(chunk);
    if (process?.pid !== before && before !== undefined) {
      points.push([minutes, null]);
    }
    if (process !== undefined) points.push([minutes, process.bytes / 1e6]);
    before = process?.pid;
  }
  return points;
}

function minutesOf(chunk: readonly Sample[]): number {
  return (chunk.at(-1)?.seconds ?? 0) / 60;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let index = 0; index < items.length; index += size) {
    chunks.push(items.slice(index, index + size));
  }
  return chunks;
}
