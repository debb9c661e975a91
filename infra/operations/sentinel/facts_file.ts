import type { Counted } from "../../../workers/sentinel/detection/count_fact.ts";
import { RecentIds } from "../../../workers/sentinel/counts/recent_ids.ts";
import { linesOf } from "../lines.ts";
import { countLine, timeOfLine } from "./count_line.ts";

/** More than these many events behind others by more than an hour: then it is no order in which they came. */
const UNORDERED_PART = 0.01;
const BEHIND_MS = 3_600_000;

export type FactsFile = {
  readonly facts: Iterable<Counted> | AsyncIterable<Counted>;
  readonly spanDays: number;
  /** Whether the file is in no order of time, and its facts are put in one. */
  readonly sorted: boolean;
  readonly unreadable: () => number;
};

/**
 * Opens a file of facts, one JSON object a line.
 *
 * @throws {StartError} if there is no such file
 */
export async function openFactsFile(path: string): Promise<FactsFile> {
  const { spanDays, isOrdered } = await survey(path);
  let unreadable = 0;
  const ids = new RecentIds();
  async function* counted() {
    for await (const lines of linesOf(path)) {
      for (const line of lines) {
        if (line.trim() === "") continue;
        const one = countLine(line, ids);
        if (one === undefined) unreadable++;
        else yield one;
      }
    }
  }
  return {
    facts: isOrdered ? counted() : sorted(counted()),
    spanDays,
    sorted: !isOrdered,
    unreadable: () => unreadable,
  };
}

async function survey(
  path: string,
): Promise<{ spanDays: number; isOrdered: boolean }> {
  let [first, last, count, behind] = [Infinity, -Infinity, 0, 0];
  for await (const lines of linesOf(path)) {
    for (const line of lines) {
      const timeMs = timeOfLine(line);
      if (timeMs === undefined) continue;
      count++;
      if (timeMs < last - BEHIND_MS) behind++;
      first = Math.min(first, timeMs);
      last = Math.max(last, timeMs);
    }
  }
  return {
    spanDays: count === 0 ? 0 : (last - first) / 86_400_000,
    isOrdered: behind <= count * UNORDERED_PART,
  };
}

/** In the order of their times. All of them are held at once. */
async function* sorted(
  facts: AsyncIterable<Counted>,
): AsyncGenerator<Counted> {
  const all: Counted[] = [];
  for await (const one of facts) all.push(one);
  yield* all.sort((a, b) => a.timeMs - b.timeMs);
}
