/** Something that must be over in time. */
export type Deadline = { readonly dueMs: number; readonly late: () => void };

/**
 * Deadlines that are all equally far off, so that the first to begin is the first to be due, watched by one
 * timer: under load, a timer for each costs more than most of what it guards. The timer is left to go off
 * when nothing waits any more, and then not set again.
 */
export class Deadlines {
  readonly #ms: number;
  /** In the order of their beginning. */
  readonly #waiting = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms milliseconds from `start` until something is late */
  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Has `late` called in time, unless it is ended before. */
  start(late: () => void): Deadline {
    const deadline = { dueMs: performance.now() + this.#ms, late };
    this.#waiting.add(deadline);
    this.#timer ??= setTimeout(() => this.#check(), this.#ms);
    return deadline;
  }

  /** It is not late any more, whatever comes. Safe to call more than once. */
  end(deadline: Deadline): void {
    this.#waiting.delete(deadline);
  }

  #check(): void {
    this.#timer = undefined;
    const nowMs = performance.now();
    for (const deadline of this.#waiting) {
      if (deadline.dueMs > nowMs) {
        const leftMs = deadline.dueMs - nowMs;
        this.#timer = setTimeout(() => this.#check(), Math.ceil(leftMs));
        return;
      }
      this.#waiting.delete(deadline);
      deadline.late();
    }
  }
}
