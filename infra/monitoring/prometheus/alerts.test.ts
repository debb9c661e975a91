import assert from "node:assert/strict";
import { test } from "node:test";
import { alertNamed, limitOf } from "./alerts.ts";

test("the limit of an alert is the number that its rule compares with", () => {
  assert.deepEqual(limitOf("DeadLetterRateHigh"), {
    alert: "DeadLetterRateHigh",
    value: 10,
  });
  // 20 at least within 5 minutes, it says after that.
  assert.equal(limitOf("DeadLetterRatioHigh").value, 0.2);
  // It guards itself against a division by 0, in parentheses.
  assert.equal(limitOf("WebhookSignaturesRejected").value, 0.2);
});

test("where a rule compares several series, the limit of each can be had", () => {
  const fast = (series: string) =>
    limitOf("IntakeErrorBudgetBurnFast", series).value;
  assert.equal(fast("eventflow:intake_slo:burnrate1h"), 14.4);
  assert.equal(fast("eventflow:intake_slo:burnrate6h"), 6);
});

test("an alert that is not there, or compares with nothing, is named", () => {
  assert.throws(() => alertNamed("Gone"), /^Error: There is no alert Gone in /);
  assert.throws(
    () => limitOf("ServiceDown"),
    /^Error: ServiceDown does not compare anything with a number/,
  );
  assert.throws(
    () => limitOf("GroupLagHigh", "up"),
    /^Error: GroupLagHigh does not compare up with a number/,
  );
});

test("an alert has its severity and its runbook's page", () => {
  const { severity, runbook } = alertNamed("GroupLagLasting");
  assert.equal(severity, "ticket");
  assert.equal(runbook, "group_lag_lasting.md");
});
