import { Hono } from "hono";
import type { Metrics } from "./metrics.ts";

/** What keeps a service from working, by the part that says so. Ready is when nothing does. */
export class Readiness {
  readonly #reasons = new Map<string, string>();

  /** States that `part` keeps the service from working, and why. */
  block(part: string, reason: string): void {
    this.#reasons.set(part, reason);
  }

  clear(part: string): void {
    this.#reasons.delete(part);
  }

  get reasons(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#reasons);
  }

  get ready(): boolean {
    return this.#reasons.size === 0;
  }
}

/**
 * `/health` answers 200 while the process lives, `/ready` 200 while it can do its work and else 503
 * with the reasons, `/metrics` in the Prometheus text format.
 */
export function healthRoutes(
  { service, readiness, metrics }: {
    service: string;
    readiness: Readiness;
    metrics: Metrics;
  },
): Hono {
  return new Hono()
    .get("/health", (c) => c.json({ status: "ok", service }))
    .get(
      "/ready",
      (c) =>
        readiness.ready ? c.json({ status: "ready", service }) : c.json({
          status: "not_ready",
          service,
          reasons: readiness.reasons,
        }, 503),
    )
    .get("/metrics", async (c) => {
      c.header("Content-Type", metrics.contentType);
      return c.body(await metrics.render());
    });
}
