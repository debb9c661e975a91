import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes } from "#runtime/errors.ts";
import { refuseForeignPages } from "../../ingest/simulator/foreign_pages.ts";
import { Incidents } from "../../ingest/simulator/incidents/incidents.ts";
import { incidentRoutes } from "../../ingest/simulator/incidents/routes.ts";
import { incidentSwitch } from "./incident_switch.ts";

const NOW = Date.UTC(2026, 1, 3);

/** The command before the simulator's own routes. */
function before() {
  const now = () => NOW;
  const app = incidentRoutes({
    incidents: new Incidents({ now, count: () => {} }),
    senders: () => ["stripe"],
    hasCustomers: true,
    now,
  }, refuseForeignPages([]));
  return incidentSwitch({
    url: "http://127.0.0.1:8003",
    fetch: async (url, init) => await app.request(url, init),
  });
}

test("an incident is switched on for a while, said, and switched off", async () => {
  const { ask, on, off } = before();
  const wishes = { provider: "stripe", minutes: "10" };
  assert.deepEqual(await on(["approval-drop"], wishes), {
    lines: ["approval-drop at stripe, until 2026-02-03T00:10:00.000Z"],
    exitCode: exitCodes.ok,
  });
  assert.equal((await ask("GET", "/incidents")).lines.length, 1);
  await on(["fraud-ring", "duplicate-storm"], wishes);
  const { lines } = await off(["approval-drop", "fraud-ring"]);
  assert.deepEqual(lines, [
    "duplicate-storm at stripe, until 2026-02-03T00:10:00.000Z",
  ]);
  assert.deepEqual((await off([])).lines, ["No incident is on."]);
});

test("a name that there is not is one sentence, and ends with 2", async () => {
  const { on, off } = before();
  const none = { provider: undefined, minutes: undefined };
  const cases = [
    await on(["earthquake"], none),
    await on(["approval-drop"], { ...none, provider: "strype" }),
    await on(["approval-drop"], { ...none, provider: "adyen" }),
    await on(["approval-drop"], { ...none, minutes: "soon" }),
    await off(["earthquake"]),
  ];
  for (const { lines, exitCode } of cases) {
    assert.equal(exitCode, 2);
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? "", /^(The|Nothing) .*\.$/);
  }
});

test("without a simulator it says so", async () => {
  const { ask } = incidentSwitch({
    url: "http://127.0.0.1:8003",
    fetch: () => Promise.reject(new TypeError("refused")),
  });
  assert.deepEqual(await ask("GET", "/incidents"), {
    lines: [
      "The simulator does not answer at http://127.0.0.1:8003: is the stack up?",
    ],
    exitCode: exitCodes.unavailable,
  });
});
