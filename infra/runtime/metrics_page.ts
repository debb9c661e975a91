import { Buffer } from "node:buffer";
import type { Metrics } from "./metrics.ts";

/** Prometheus asks every few seconds, and nobody sees a figure change within one. */
export const MAX_AGE_MS = 1_000;

/**
 * A service's metrics for whoever asks, and however many ask: rendered once for all who ask meanwhile, and
 * anew a second after that at the earliest. To render walks through every series, some milliseconds in
 * which the event loop does nothing else; what is kept costs no more than to send it.
 */
export class MetricsPage {
  readonly #metrics: Pick<Metrics, "render">;
  readonly #clock: () => number;
  #page: Promise<Buffer<ArrayBuffer>> | undefined;
  /** Whether `#page` is being rendered, or when it was. */
  #rendered: "rendering" | number = "rendering";

  /** @param clock milliseconds that never go back */
  constructor(
    metrics: Pick<Metrics, "render">,
    clock: () => number = () => performance.now(),
  ) {
    this.#metrics = metrics;
    this.#clock = clock;
  }

  /** The metrics as they are or were less than a second ago, in UTF-8. */
  read(): Promise<Buffer<ArrayBuffer>> {
    if (this.#page === undefined || this.#isOld()) this.#page = this.#render();
    return this.#page;
  }

  #isOld(): boolean {
    return this.#rendered !== "rendering" &&
      this.#clock() - this.#rendered >= MAX_AGE_MS;
  }

  async #render(): Promise<Buffer<ArrayBuffer>> {
    this.#rendered = "rendering";
    try {
      return Buffer.from(await this.#metrics.render());
    } finally {
      // What failed is kept as long: asked for again at once, it would fail again at once.
      this.#rendered = this.#clock();
    }
  }
}
