import { Hono } from "hono";
import type { Metrics } from "./metrics.ts";
import { MetricsPage } from "./metrics_page.ts";

/** What keeps a service from working, by the part that says so. Ready is when nothing does. */
export class Readiness {
  readonly #reasons = new Map<string, string>();

  /**
   * States that `part` keeps the service from working, and why.
   *
   * @returns whether that is news
   */
  block(part: string, reason: string): boolean {
    const isNews = this.#reasons.get(part) !== reason;
    this.#reasons.set(part, reason);
    return isNews;
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

type Told = { readonly service: string; readonly readiness: Readiness };

/**
 * For operators: `/health` answers 200 while the process lives, `/ready` 200 while it can do its work and
 * else 503 with the reasons, `/metrics` in the Prometheus text format, up to a second old.
 */
export function healthRoutes(
  { service, readiness, metrics }: Told & { readonly metrics: Metrics },
): Hono {
  const page = new MetricsPage(metrics);
  const headers = {
    "Content-Type": metrics.contentType,
    "Cache-Control": "no-store",
  };
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
    .get("/metrics", async (c) => c.body(await page.read(), 200, headers));
}

/**
 * For whoever can reach a public port: `/health` and `/ready` by status alone. They say nothing of the
 * inside, and cost no more than to send a few bytes that are there.
 */
export function statusRoutes({ service, readiness }: Told): Hono {
  const body = (status: string) => JSON.stringify({ status, service });
  const alive = body("ok");
  const ready = body("ready");
  const notReady = body("not_ready");
  const headers = { "Content-Type": "application/json" };
  return new Hono()
    .get("/health", (c) => c.body(alive, 200, headers))
    .get(
      "/ready",
      (c) =>
        readiness.ready
          ? c.body(ready, 200, headers)
          : c.body(notReady, 503, headers),
    );
}
