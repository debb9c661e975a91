import assert from "node:assert/strict";
import { test } from "node:test";
import { START } from "#kit/simulator/test_doubles.ts";
import { refuseForeignPages } from "../foreign_pages.ts";
import type { Sender } from "../metrics.ts";
import { Incidents } from "./incidents.ts";
import { incidentRoutes } from "./routes.ts";

function simulatorOf(
  { senders = ["payment-provider", "stripe"], hasCustomers = true }: {
    senders?: readonly Sender[];
    hasCustomers?: boolean;
  } = {},
) {
  const now = () => START;
  const incidents = new Incidents({ now, count: () => {} });
  const app = incidentRoutes(
    { incidents, senders: () => senders, hasCustomers, now },
    refuseForeignPages([]),
  );
  const ask = async (
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: HeadersInit } = {},
  ) => {
    const response = await app.request(path, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      ...body !== undefined && {
        body: typeof body === "string" ? body : JSON.stringify(body),
      },
    });
    return { status: response.status, body: await response.json() };
  };
  return { ask, incidents };
}

const drop = { kind: "approval-drop", provider: "stripe", minutes: 10 };

test("an incident is switched on for a while, listed, and switched off", async () => {
  const { ask, incidents } = simulatorOf();
  const listed = {
    incidents: [{
      kind: "approval-drop",
      provider: "stripe",
      until: new Date(START + 600_000).toISOString(),
    }],
  };
  assert.deepEqual(await ask("POST", "/incidents", { body: drop }), {
    status: 200,
    body: listed,
  });
  assert.deepEqual((await ask("GET", "/incidents")).body, listed);
  assert.equal(incidents.at("stripe").weather().approval, 0.5);
  const off = await ask("DELETE", "/incidents/approval-drop");
  assert.deepEqual(off, { status: 200, body: { incidents: [] } });
});

test("without a provider and an end it is everywhere until all are switched off", async () => {
  const { ask } = simulatorOf();
  const { body } = await ask("POST", "/incidents", {
    body: { kind: "duplicate-storm" },
  });
  assert.deepEqual(body.incidents, [
    { kind: "duplicate-storm", provider: null, until: null },
  ]);
  assert.deepEqual((await ask("DELETE", "/incidents")).body.incidents, []);
});

const refused: [unknown, RegExp][] = [
  ["{", /^The request must be JSON\.$/],
  [
    { kind: "earthquake" },
    /^The kind must be one of provider-outage, approval-drop, fraud-ring, duplicate-storm\.$/,
  ],
  [
    { ...drop, provider: "strype" },
    /^The provider must be one of payment-provider, .*\.$/,
  ],
  [
    { ...drop, minutes: 0 },
    /^The minutes must be a number above 0, at most 10080\.$/,
  ],
  [{ ...drop, hours: 1 }, /^The hours is not a known key\.$/],
];
for (const [body, detail] of refused) {
  test(`one sentence says what is wrong with ${JSON.stringify(body)}`, async () => {
    const { ask, incidents } = simulatorOf();
    const answer = await ask("POST", "/incidents", { body });
    assert.equal(answer.status, 422);
    assert.match(answer.body.detail, detail);
    assert.deepEqual(incidents.list(), []);
  });
}

test("what nothing would show is refused with what to do", async () => {
  const cases: [ReturnType<typeof simulatorOf>, object, RegExp][] = [
    [
      simulatorOf({ senders: [] }),
      drop,
      /^Nothing is streamed: set SIMULATOR_AUTO_STREAM_ENABLED/,
    ],
    [
      simulatorOf({ senders: ["adyen"] }),
      drop,
      /^Nothing of stripe is streamed: .* are adyen\.$/,
    ],
    [
      simulatorOf({ hasCustomers: false }),
      { kind: "fraud-ring" },
      /set SIMULATOR_CUSTOMERS\.$/,
    ],
  ];
  for (const [{ ask }, body, detail] of cases) {
    const answer = await ask("POST", "/incidents", { body });
    assert.equal(answer.status, 409);
    assert.match(answer.body.detail, detail);
  }
});

test("no web page of another origin switches anything", async () => {
  const { ask, incidents } = simulatorOf();
  const headers = { Origin: "https://evil.example" };
  const on = await ask("POST", "/incidents", { body: drop, headers });
  assert.equal(on.status, 403);
  incidents.switchOn({ kind: "provider-outage" });
  for (const path of ["/incidents", "/incidents/provider-outage"]) {
    assert.equal((await ask("DELETE", path, { headers })).status, 403);
  }
  assert.equal(incidents.list().length, 1);
});

test("to switch off takes no body, and so no media type; to switch on takes JSON", async () => {
  const { ask } = simulatorOf();
  const headers = { "Content-Type": "" };
  assert.equal((await ask("DELETE", "/incidents", { headers })).status, 200);
  const on = await ask("POST", "/incidents", { body: drop, headers });
  assert.equal(on.status, 415);
});

test("a body that does not say its length is read up to the limit and no further", async () => {
  const app = incidentRoutes(
    {
      incidents: new Incidents({ now: () => START, count: () => {} }),
      senders: () => ["stripe"],
      hasCustomers: true,
      now: () => START,
    },
    refuseForeignPages([]),
  );
  let pieces = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pieces++;
      controller.enqueue(new Uint8Array(16_384).fill(0x20));
    },
  });
  const response = await app.request(
    new Request("http://127.0.0.1:8003/incidents", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body,
    }),
  );
  assert.equal(response.status, 413);
  assert.ok(pieces < 10, `${pieces}`);
});
