import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sender } from "../metrics.ts";
import { Incidents } from "./incidents.ts";
import type { IncidentKind } from "./kinds.ts";

function incidentsAt(now = { ms: 0 }) {
  const counted: [Sender, IncidentKind][] = [];
  const incidents = new Incidents({
    now: () => now.ms,
    count: (...what) => counted.push(what),
  });
  return { incidents, counted, now };
}

test("without an incident everything is as usual", () => {
  const { incidents, counted } = incidentsAt();
  const at = incidents.at("stripe");
  assert.equal(at.isSilent(), false);
  assert.deepEqual(at.weather(), {});
  assert.equal(at.copies(), 1);
  assert.equal(at.ring(), undefined);
  assert.deepEqual(counted, []);
});

test("an incident at one provider changes no other, and is counted there", () => {
  const { incidents, counted } = incidentsAt();
  incidents.switchOn({ kind: "provider-outage", provider: "stripe" });
  assert.equal(incidents.at("adyen").isSilent(), false);
  assert.equal(incidents.at("stripe").isSilent(), true);
  assert.deepEqual(counted, [["stripe", "provider-outage"]]);
});

test("an incident without a provider is everywhere", () => {
  const { incidents } = incidentsAt();
  incidents.switchOn({ kind: "approval-drop" });
  for (const sender of ["payment-provider", "paypal"] as const) {
    assert.equal(incidents.at(sender).weather().approval, 0.5);
  }
});

test("it ends at its time, or when it is switched off", () => {
  const { incidents, now } = incidentsAt();
  incidents.switchOn({ kind: "duplicate-storm", untilMs: 1_000 });
  incidents.switchOn({ kind: "fraud-ring" });
  const at = incidents.at("stripe");
  assert.equal(at.copies(), 6);
  now.ms = 1_000;
  assert.equal(at.copies(), 1);
  assert.ok(at.ring());
  incidents.switchOff("fraud-ring");
  assert.deepEqual(incidents.list(), []);
});

test("the same again has another end, and is on once", () => {
  const { incidents } = incidentsAt();
  incidents.switchOn({ kind: "provider-outage", untilMs: 1_000 });
  incidents.switchOn({ kind: "provider-outage", untilMs: 5_000 });
  assert.deepEqual(incidents.list(), [
    { kind: "provider-outage", untilMs: 5_000 },
  ]);
});
