type Point = { readonly atMs: number; readonly sent: number };

/** Of so many jobs the pace is known; those that nobody looks at are forgotten first. */
const MOST_JOBS = 100;

/** A pace is that of the last so many milliseconds. */
const WINDOW_MS = 20_000;

/** How fast jobs send, by what is seen of them while somebody looks. */
export class Pace {
  readonly #points = new Map<string, Point[]>();

  /** @returns records a second; undefined until it was seen twice */
  seen(job: string, sent: number, atMs: number): number | undefined {
    const points = (this.#points.get(job) ?? [])
      .filter((point) => point.atMs >= atMs - WINDOW_MS && point.sent <= sent);
    points.push({ atMs, sent });
    this.#points.delete(job);
    const [oldest] = this.#points.keys();
    if (this.#points.size >= MOST_JOBS && oldest !== undefined) {
      this.#points.delete(oldest);
    }
    this.#points.set(job, points);
    const [first] = points;
    const seconds = (atMs - (first?.atMs ?? atMs)) / 1_000;
    return first === undefined || seconds < 1
      ? undefined
      : (sent - first.sent) / seconds;
  }
}
