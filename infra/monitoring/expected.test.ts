import assert from "node:assert/strict";
import { test } from "node:test";
import {
  auxiliaryGroups,
  auxiliaryServices,
  eventflowServices,
  requiredServices,
} from "./expected.ts";
import { alertNamed } from "./prometheus/alerts.ts";

test("an alert misses every service that ought to be there, and each that not everybody runs", () => {
  const missed = ["ServiceDown", "ObserverGone"].flatMap((alert) => {
    const { expr } = alertNamed(alert);
    const absent = [...expr.matchAll(/absent\(up\{job="(\w+)"\}\)/g)]
      .map(([, job]) => job);
    assert.deepEqual(absent, jobsOf(expr), alert);
    return absent;
  });
  assert.deepEqual(missed.sort(), [...requiredServices].sort());
  assert.deepEqual(
    jobsOf(alertNamed("AuxiliaryServiceDown").expr),
    [...auxiliaryServices],
  );
});

test("an instance that does not answer is missed of every service of EventFlow", () => {
  assert.deepEqual(
    jobsOf(alertNamed("ServiceInstanceDown").expr).sort(),
    [...eventflowServices].sort(),
  );
});

test("somebody is woken for every group but those that not everybody runs", () => {
  for (const alert of ["GroupWithoutMembers", "GroupLagHigh"]) {
    const { expr } = alertNamed(alert);
    assert.ok(expr.includes(`{group!~"${auxiliaryGroups.join("|")}"}`), expr);
  }
});

/** The names of the first selector of `up`. */
function jobsOf(expr: string): string[] {
  return /up\{job=~?"([^"]+)"/.exec(expr)?.[1]?.split("|") ?? [];
}
