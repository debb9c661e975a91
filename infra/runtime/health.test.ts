import assert from "node:assert/strict";
import { test } from "node:test";
import { healthRoutes, Readiness, statusRoutes } from "./health.ts";
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

test("metrics asked for by eight at once and again at once are rendered once", async () => {
  const metrics = new Metrics("demo");
  let renders = 0;
  metrics.measured({
    name: "demo_renders",
    help: "h",
    answers: "",
    measure: () => ++renders,
  });
  const app = healthRoutes({
    service: "demo",
    readiness: new Readiness(),
    metrics,
  });
  const scrapes = (count: number) =>
    Promise.all(Array.from({ length: count }, async () => {
      const response = await app.request("/metrics");
      assert.equal(response.headers.get("Cache-Control"), "no-store");
      return await response.text();
    }));
  const pages = new Set([...await scrapes(8), ...await scrapes(8)]);
  // A machine that stands still for a second between the two would see another page, and no more.
  assert.ok(pages.size <= 2, `${pages.size} pages`);
  assert.equal(renders, pages.size);
});

test("on a public port ready and health say no more than a status", async () => {
  const readiness = new Readiness();
  const app = statusRoutes({ service: "demo", readiness });
  const answer = async (path: string) => {
    const response = await app.request(path);
    assert.equal(response.headers.get("Content-Type"), "application/json");
    return [response.status, await response.json()];
  };
  const service = "demo";
  assert.deepEqual(await answer("/health"), [200, { status: "ok", service }]);
  assert.deepEqual(await answer("/ready"), [200, { status: "ready", service }]);
  readiness.block("kafka", "db-7.internal:9092 refuses the password");
  assert.deepEqual(await answer("/ready"), [503, {
    status: "not_ready",
    service,
  }]);
  assert.deepEqual(await answer("/health"), [200, { status: "ok", service }]);
  assert.equal((await app.request("/metrics")).status, 404);
});
