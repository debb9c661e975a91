import assert from "node:assert/strict";
import { test } from "node:test";
import { healthRoutes, Readiness } from "./health.ts";
import { Metrics } from "./metrics.ts";

test("ready answers 503 with every reason, and 200 once there is none", async () => {
  const readiness = new Readiness();
  const app = healthRoutes({
    service: "demo",
    readiness,
    metrics: new Metrics("demo"),
  });
  readiness.block("kafka", "away");
  readiness.block("group", "joining");
  const blocked = await app.request("/ready");
  assert.equal(blocked.status, 503);
  assert.deepEqual((await blocked.json()).reasons, {
    kafka: "away",
    group: "joining",
  });
  assert.equal((await app.request("/health")).status, 200);
  readiness.clear("kafka");
  readiness.clear("group");
  assert.equal((await app.request("/ready")).status, 200);
  const metrics = await app.request("/metrics");
  assert.match(metrics.headers.get("Content-Type") ?? "", /^text\/plain/);
});
