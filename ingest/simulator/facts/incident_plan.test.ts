import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "#runtime/seeded_random.ts";
import { incidentKinds } from "../incidents/kinds.ts";
import { incidentLine, planIncidents } from "./incident_plan.ts";

const DAY_MS = 86_400_000;
const sinceMs = Date.UTC(2026, 0, 5);
const untilMs = sinceMs + 60 * DAY_MS;

const planned = planIncidents({
  kinds: incidentKinds,
  providers: ["stripe", "adyen"],
  quietDays: 28,
  everyDays: 1,
  lastMinutes: 120,
}, { sinceMs, untilMs, random: seededRandom(1) });

test("there is one a day after the quiet days, of every kind by turns", () => {
  assert.equal(planned.length, 32);
  for (const kind of incidentKinds) {
    assert.equal(planned.filter((one) => one.kind === kind).length, 8);
  }
  assert.ok((planned[0]?.sinceMs ?? 0) >= sinceMs + 28 * DAY_MS);
});

test("each is over before the next begins, with an hour between, and within the days", () => {
  planned.forEach((one, n) => {
    assert.equal(one.untilMs - one.sinceMs, 120 * 60_000);
    const nextMs = planned[n + 1]?.sinceMs ?? Infinity;
    assert.ok(one.untilMs + 60 * 60_000 <= nextMs);
    assert.ok(one.untilMs <= untilMs);
  });
});

test("approvals drop to a half and to four fifths by turns, unless something else is wished", () => {
  const drops = planned.filter(({ kind }) => kind === "approval-drop");
  assert.deepEqual(drops.slice(0, 3).map(({ left }) => left), [0.5, 0.8, 0.5]);
});

test("the truth is one line, in the words of those who look for it", () => {
  const [first] = planned;
  assert.ok(first);
  const { since, until, ...rest } = JSON.parse(incidentLine(first));
  assert.deepEqual(rest, {
    kind: "provider-outage",
    signal: "volume",
    segment: { provider: first.provider },
    left: 0,
  });
  assert.equal(Date.parse(since), first.sinceMs);
  assert.equal(Date.parse(until), first.untilMs);
});
