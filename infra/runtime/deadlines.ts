import { Queue, type Waiting } from "./queue.ts";

/** Something that must be over in time. */
export type Deadline = Waiting<Due>;

type Due = { readonly dueMs: number; readonly late: () => void };

/**
 * How many are told at a time that they are late. What follows from each, such as an answer to a request,
 * is done before the next are told, so that thousands that are late together do not hold up all else.
 */
const TOLD_AT_ONCE = 100;

/**
 * Deadlines that are all equally far off, so that the first to begin is the first to be due, watched by one
 * timer: under load, a timer for each costs more than most of what it guards. The timer is left to go off
 * when nothing waits any more, and then not set again.
 */
export class Deadlines {
  readonly #ms: number;
  /** In the order of their beginning. */
  readonly #waiting = new Queue<Due>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms milliseconds from `start` until something is late */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Has `late` called in time, unless it is ended before. */
  start(late: () => void): Deadline {
    this.#timer ??= setTimeout(() => this.#check(), this.#ms);
    return this.#waiting.push({ dueMs: performance.now() + this.#ms, late });
  }

  /** It is not late any more, whatever comes. Safe to call more than once. */
  end(deadline: Deadline): void {
    this.#waiting.remove(deadline);
  }

  #check(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (let told = 0; told < TOLD_AT_ONCE; told++) {
      const { first } = this.#waiting;
      if (first === undefined) return;
      if (first.dueMs > nowMs) return this.#checkIn(first.dueMs - nowMs);
      this.#waiting.shift();
      first.late();
    }
    if (this.#waiting.length > 0) this.#checkIn(0);
  }

  #checkIn(ms: number): void {
    // One that was told it is late may have begun anew.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#check(), Math.ceil(ms));
  }
}
