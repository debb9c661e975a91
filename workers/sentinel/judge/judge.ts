import {
  Detector,
  type DetectorSettings,
  type DetectorState,
  newDetectorState,
} from "../detection/detector.ts";
import type { Finding } from "../detection/alarm.ts";
import { MinuteQueue } from "../detection/minute_queue.ts";
import { minuteOf } from "../detection/slots.ts";
import type { LogRecord, Slot } from "../counts/counts_log.ts";

export type JudgeSettings = DetectorSettings & {
  /** For how long a minute stays open after its end. */
  readonly graceMs: number;
  /** Between two heartbeats: after more nobody knows what came in between. */
  readonly gapMs: number;
  /** By which what is counted may be behind: beyond it EventFlow lags, and its minutes say nothing of the senders. */
  readonly lagMs: number;
};

/** Everything that is known after some record of the log: plain data. */
export type JudgeState = {
  readonly detector: DetectorState;
  readonly waiting: readonly Slot[];
  /** Of the last heartbeat; 0 before the first. */
  readonly at: number;
  readonly reached: number;
  /** Minutes up to and without this one are void, and those from `voidFrom` on. */
  readonly voidFrom: number;
  readonly voidTo: number;
  /** How far other topics are counted, by topic and partition. */
  readonly followed: Readonly<Record<string, number>>;
  readonly late: number;
};

export function newJudgeState(): JudgeState {
  return {
    detector: newDetectorState(),
    waiting: [],
    at: 0,
    reached: 0,
    voidFrom: 0,
    voidTo: 0,
    followed: {},
    late: 0,
  };
}

/** Minutes after a gap in which senders catch up: what comes then is of another time. */
const AFTER_GAP_MINUTES = 2;

/** A state machine over the log of counts: the same records lead to the same findings. */
export class Judge {
  readonly #settings: JudgeSettings;
  readonly #detector: Detector;
  readonly #queue: MinuteQueue;
  readonly #followed: Map<string, number>;
  #at: number;
  #reached: number;
  #voidFrom: number;
  #voidTo: number;

  constructor(settings: JudgeSettings, state: JudgeState = newJudgeState()) {
    this.#settings = settings;
    this.#detector = new Detector(settings, state.detector);
    this.#queue = new MinuteQueue(state.detector.next ?? undefined);
    for (const { minute, path, counts } of state.waiting) {
      this.#queue.add(minute, path, counts);
    }
    this.#queue.late = state.late;
    this.#followed = new Map(Object.entries(state.followed));
    this.#at = state.at;
    this.#reached = state.reached;
    this.#voidFrom = state.voidFrom;
    this.#voidTo = state.voidTo;
  }

  get state(): JudgeState {
    return {
      detector: this.#detector.state,
      waiting: this.#queue.waiting().map((slot) => ({
        ...slot,
        path: [...slot.path],
      })),
      at: this.#at,
      reached: this.#reached,
      voidFrom: this.#voidFrom,
      voidTo: this.#voidTo,
      followed: Object.fromEntries(this.#followed),
      late: this.#queue.late,
    };
  }

  /** The offset up to which a partition of a topic beside the group's own is counted. */
  followedTo(topic: string, partition: number): number | undefined {
    return this.#followed.get(`${topic}/${partition}`);
  }

  /** When the last heartbeat was, in milliseconds since the epoch; 0 before the first. */
  get heardAt(): number {
    return this.#at;
  }

  get detector(): Pick<Detector, "outlook" | "state"> {
    return this.#detector;
  }

  take(record: LogRecord): Finding[] {
    if (record.kind === "counts") {
      this.#followed.set(`${record.topic}/${record.partition}`, record.next);
      for (const { minute, path, counts } of record.slots) {
        this.#queue.add(minute, path, counts);
      }
      return [];
    }
    const { at, reached } = record;
    // Clocks of two instances differ: time goes on and never back.
    if (at < this.#at || reached < this.#reached) return [];
    this.#leaveOut(at, reached);
    this.#at = at;
    this.#reached = reached;
    return this.#judge(
      minuteOf(reached - this.#settings.graceMs),
    );
  }

  /** Makes void what nobody knows: a time without heartbeats, and a time that EventFlow itself is behind. */
  #leaveOut(at: number, reached: number): void {
    const { gapMs, lagMs } = this.#settings;
    const isGap = this.#at > 0 && at - this.#at > gapMs;
    const lags = at - reached > lagMs;
    if (!isGap && !lags) return;
    const from = minuteOf(isGap ? Math.min(this.#reached, this.#at) : reached);
    const to = minuteOf(at) + 1 + AFTER_GAP_MINUTES;
    // What was void and is not judged yet stays so.
    const next = this.#detector.state.next ?? from;
    const isOver = this.#voidTo <= next;
    this.#voidFrom = isOver ? from : Math.min(this.#voidFrom, from);
    this.#voidTo = isOver ? to : Math.max(this.#voidTo, to);
  }

  #judge(end: number): Finding[] {
    const findings: Finding[] = [];
    for (const { minute, counts } of this.#queue.take(end)) {
      if (minute >= this.#voidFrom && minute < this.#voidTo) {
        this.#detector.skip(minute);
      } else findings.push(...this.#detector.judge(minute, counts));
    }
    return findings;
  }
}
