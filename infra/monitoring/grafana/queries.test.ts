import assert from "node:assert/strict";
import { test } from "node:test";
import { filledIn, readQueries, selectorsOf } from "./queries.ts";

test("Grafana's variables are filled in, and one that is not known is named", () => {
  const variables = { __rate_interval: "20s", __range: "1h" };
  assert.equal(
    filledIn("rate(a[$__rate_interval]) + rate(b[${__range}])", variables),
    "rate(a[20s]) + rate(b[1h])",
  );
  assert.throws(
    () => filledIn("rate(a[$__interval])", variables),
    /^Error: \$__interval is not known, in: rate\(a\[\$__interval\]\)$/,
  );
});

test("the selectors of a query are found with their matchers", () => {
  assert.deepEqual(
    selectorsOf(
      `sum by (le) (rate(eventflow_a_total{b="c",d=~"e|f"}[5m])) / (eventflow_g > 0) or sum (up) - eventflow_g`,
    ),
    [`eventflow_a_total{b="c",d=~"e|f"}`, "eventflow_g", "up"],
  );
});

test("every query names a metric of EventFlow or of Prometheus itself", async () => {
  const queries = await readQueries();
  assert.ok(queries.length > 50);
  for (const { panel, expr } of queries) {
    assert.ok(selectorsOf(expr).length > 0, `${panel}: ${expr}`);
  }
});
