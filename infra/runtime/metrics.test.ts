import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "./metrics.ts";

test("every series of closed label sets exists from the start with 0", async () => {
  const metrics = new Metrics("demo");
  metrics.counter({
    name: "demo_total",
    help: "h",
    answers: "",
    labels: { result: ["ok", "bad"], mode: ["a"] },
  });
  metrics.histogram({
    name: "demo_seconds",
    help: "h",
    answers: "",
    buckets: [1],
  });
  const page = await metrics.render();
  for (
    const line of [
      'demo_total{result="ok",mode="a"} 0',
      'demo_total{result="bad",mode="a"} 0',
      'demo_seconds_bucket{le="1"} 0',
      "demo_seconds_count 0",
    ]
  ) {
    assert.ok(page.split("\n").includes(line), `${line} in\n${page}`);
  }
  assert.match(
    page,
    /eventflow_build_info\{service="demo",runtime="(deno|bun)"/,
  );
});

test("an open label set begins with no series", async () => {
  const metrics = new Metrics("demo");
  const lag = metrics.gauge({
    name: "demo_lag",
    help: "h",
    answers: "",
    labels: { partition: [] },
  });
  assert.doesNotMatch(await metrics.render(), /^demo_lag\{/m);
  lag.set(3, { partition: "7" });
  assert.match(await metrics.render(), /^demo_lag\{partition="7"\} 3$/m);
});
