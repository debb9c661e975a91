import assert from "node:assert/strict";
import { test } from "node:test";
import { currencies, CURRENCIES_AS_OF } from "#contracts/currencies.ts";
import { errorCodes } from "#contracts/error_codes.ts";
import { topics } from "#contracts/topics.ts";
import { buildPages } from "./pages.ts";

const pages = await buildPages();
const page = (name: string) => pages.get(name) ?? "";

test("every page says at its beginning what generates it", () => {
  for (const [name, text] of pages) {
    const beginning = text.split("\n").slice(0, 2).join("");
    assert.match(beginning, /deno task reference/, name);
  }
});

test("the pages hold every service, its metrics, every topic and error code, and the paths of both interfaces", () => {
  for (const folder of ["ingest/intake", "workers/validator"]) {
    assert.ok(page("settings.md").includes(`## \`${folder}\``), folder);
  }
  for (const { name } of Object.values(topics)) {
    assert.ok(page("topics.md").includes(`## Values of \`${name}\``), name);
  }
  for (const code of Object.keys(errorCodes)) {
    assert.ok(page("error_codes.md").includes(`| \`${code}\``), code);
  }
  assert.match(page("currencies.md"), new RegExp(`as of ${CURRENCIES_AS_OF}`));
  for (const name of currencies.keys()) {
    assert.ok(page("currencies.md").includes(name), name);
  }
  for (
    const name of [
      "build_info",
      "intake_requests_total",
      "worker_waiting_bytes",
      "validator_events_consumed_total",
      "analytics_amount_total",
      "persistence_stored_total",
      "group_lag_seconds",
      "simulator_webhook_retries_total",
    ]
  ) {
    assert.ok(page("metrics.md").includes(`| \`eventflow_${name}\``), name);
  }
  assert.deepEqual(Object.keys(JSON.parse(page("openapi/intake.json")).paths), [
    "/api/webhooks/payment-authorized",
    "/api/ingest",
    "/api/webhooks/{provider}",
    "/api/webhooks/{provider}/{account}",
  ]);
  assert.deepEqual(
    Object.keys(JSON.parse(page("openapi/simulator.json")).paths),
    ["/authorize", "/incidents", "/incidents/{kind}"],
  );
});
