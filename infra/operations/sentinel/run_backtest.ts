import type { Counted } from "../../../workers/sentinel/detection/count_fact.ts";
import {
  Detector,
  type DetectorSettings,
} from "../../../workers/sentinel/detection/detector.ts";
import type { Finding } from "../../../workers/sentinel/detection/alarm.ts";
import { MinuteQueue } from "../../../workers/sentinel/detection/minute_queue.ts";
import { MINUTE_MS } from "../../../workers/sentinel/detection/slots.ts";

/** How long a minute stays open for what comes late. */
export const GRACE_MS = 10_000;

/** The time that most of the latest events say: a single event of a far future does not end all minutes before it. */
class Watermark {
  readonly #latest: number[] = [];
  #reachedMs = -Infinity;

  add(timeMs: number): number {
    this.#latest.push(timeMs);
    if (this.#latest.length > 9) this.#latest.shift();
    const sorted = [...this.#latest].sort((a, b) => a - b);
    const middle = sorted[Math.floor(sorted.length / 2)] ?? timeMs;
    this.#reachedMs = Math.max(this.#reachedMs, middle);
    return this.#reachedMs;
  }
}

export type Judged = {
  readonly findings: readonly Finding[];
  /** The first minute that was judged and not only learnt, and the first that was not any more. */
  readonly from: number;
  readonly to: number;
  readonly firstMinute: number;
  readonly events: number;
  readonly late: number;
};

/** Feeds a detector with facts, as if they came as they are given. */
export class Backtest {
  readonly #detector: Detector;
  readonly #queue = new MinuteQueue();
  readonly #watermark = new Watermark();
  readonly #findings: Finding[] = [];
  #first = Infinity;
  #next = -Infinity;
  #last = -Infinity;
  #events = 0;

  constructor(settings: DetectorSettings) {
    this.#detector = new Detector(settings);
  }

  get state() {
    return this.#detector.state;
  }

  add(counted: Counted): void {
    this.#events++;
    const { minute, path, counts, timeMs } = counted;
    this.#queue.add(minute, path, counts);
    const reachedMs = this.#watermark.add(timeMs);
    this.#judge(Math.floor((reachedMs - GRACE_MS) / MINUTE_MS));
    this.#last = Math.max(this.#last, Math.floor(reachedMs / MINUTE_MS));
  }
  /** @param learnDays from the first minute on, for which nothing is told */
  finish(learnDays: number): Judged {
    this.#judge(this.#last + 1);
    const from = this.#first + Math.round(learnDays * 1440);
    return {
      findings: this.#findings.filter(({ alarm }) => alarm.raised >= from),
      from,
      to: this.#next,
      firstMinute: this.#first,
      events: this.#events,
      late: this.#queue.late,
    };
  }

  #judge(end: number): void {
    for (const { minute, counts } of this.#queue.take(end)) {
      // Minutes before the first event are there if one of long ago stands in front.
      if (counts.size > 0) this.#first = Math.min(this.#first, minute);
      this.#next = minute + 1;
      this.#findings.push(...this.#detector.judge(minute, counts));
    }
  }
}
