/**
 * The pages of the earlier persistence, which was a Spring application: whoever scraped and probed it there
 * goes on.
 *
 * @module
 */
import { Hono } from "hono";
import type { Readiness } from "#runtime/health.ts";
import type { Metrics } from "#runtime/metrics.ts";
import { MetricsPage } from "#runtime/metrics_page.ts";
import { EVENT_AGE } from "./metrics.ts";

/** What it called itself, on each of its series. */
const APPLICATION = "persistent-consumer-java";

/** Micrometer puts the unit behind the name that has it already. */
const EARLIER_EVENT_AGE = `${EVENT_AGE}_milliseconds`;

/** `/actuator/prometheus` and `/actuator/health`, with the statuses and words of Spring Boot's. */
export function actuatorRoutes(
  { readiness, metrics }: { readiness: Readiness; metrics: Metrics },
): Hono {
  const page = new MetricsPage({ render: () => earlierPage(metrics) });
  const headers = {
    "Content-Type": metrics.contentType,
    "Cache-Control": "no-store",
  };
  const up = { status: "UP" } as const;
  const down = { status: "DOWN" } as const;
  const health = new Hono()
    .get("/", (c) => readiness.ready ? c.json(up) : c.json(down, 503))
    .get("/liveness", (c) => c.json(up))
    .get(
      "/readiness",
      (c) =>
        readiness.ready
          ? c.json(up)
          : c.json({ status: "OUT_OF_SERVICE" }, 503),
    );
  return new Hono()
    .get(
      "/actuator/prometheus",
      async (c) => c.body(await page.read(), 200, headers),
    )
    .route("/actuator/health", health);
}

async function earlierPage(metrics: Metrics): Promise<string> {
  const page = await metrics.render({ application: APPLICATION });
  const age = page.split("\n").filter((line) => line.includes(EVENT_AGE))
    .map((line) => line.replace(EVENT_AGE, EARLIER_EVENT_AGE));
  return `${page}\n${age.join("\n")}\n`;
}
