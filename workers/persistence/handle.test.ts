import assert from "node:assert/strict";
import { test } from "node:test";
import type { NewEvent, Stored } from "./event_store.ts";
import { storing } from "./handle.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";

/** A store that answers what it is told and keeps what it was given. */
const fakeStore = (...answers: Stored[]) => {
  const given: NewEvent[][] = [];
  const store = (events: readonly NewEvent[]) => {
    given.push([...events]);
    return Promise.resolve(answers);
  };
  return { given, handle: storing(store) };
};

test("records that are no events are dead letters in their place, and the rest is stored together", async () => {
  const { given, handle } = fakeStore({ kind: "stored" }, {
    kind: "duplicate",
  });
  const outcomes = await handle([
    record(1, paymentJson()),
    record(2, "{"),
    record(3, null),
    record(4, paymentJson({ eventId: "evt-4" })),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) =>
      outcome.kind === "dead-letter"
        ? outcome.rejection.code
        : outcome.kind === "done" && outcome.as
    ),
    ["stored", "not_json", "empty_value", "duplicate"],
  );
  assert.deepEqual(given.map((events) => events.map(({ offset }) => offset)), [
    [1, 4],
  ]);
});

test("an event of a type that only a newer validator knows is stored as any other", async () => {
  const { given, handle } = fakeStore({ kind: "stored" });
  const json = paymentJson().replace("authorized", "settled");
  assert.deepEqual(await handle([record(1, json)]), [
    { kind: "done", as: "stored" },
  ]);
  assert.equal(given[0]?.[0]?.json, json);
});

test("an event goes to the store as the text it came as", async () => {
  const { given, handle } = fakeStore({ kind: "stored" });
  const json = paymentJson({ amount: "10.0000000000000001" });
  await handle([record(1, ` ${json} `)]);
  assert.equal(given[0]?.[0]?.json, ` ${json} `);
});

test("where no record is an event the store is not asked", async () => {
  const { given, handle } = fakeStore();
  await handle([record(1, "[]")]);
  assert.deepEqual(given, []);
});

test("another event of a stored id is a dead letter that says from where and in what", async () => {
  const { handle } = fakeStore({
    kind: "conflict",
    with: {
      place: { topic: "events.validated.v1", partition: 2, offset: 41 },
      differingKeys: ["timestamp", "payload"],
    },
  });
  const [outcome] = await handle([record(7, paymentJson())]);
  assert.ok(outcome?.kind === "dead-letter");
  assert.equal(outcome.rejection.code, "conflicting_duplicate");
  assert.equal(
    outcome.rejection.message,
    `Another event with event_id "evt-1" is stored, from events.validated.v1/2/41; they differ in timestamp, payload.`,
  );
  assert.deepEqual(outcome.rejection.issues.map(({ path }) => path), [
    "timestamp",
    "payload",
  ]);
});

test("a dead letter beside an adopted event says that it was adopted, and has no place to name", async () => {
  const { handle } = fakeStore({
    kind: "conflict",
    with: { place: undefined, differingKeys: ["payload"] },
  });
  const [outcome] = await handle([record(7, paymentJson())]);
  assert.ok(outcome?.kind === "dead-letter");
  assert.equal(
    outcome.rejection.message,
    `Another event with event_id "evt-1" is adopted, from the service before EventFlow; they differ in payload.`,
  );
});

for (
  const [value, expected] of [
    ["1767323045678", new Date("2026-01-02T03:04:05.678Z")],
    ["soon", undefined],
    ["-1", undefined],
    ["", undefined],
    ["999999999999999", undefined],
  ] as const
) {
  test(`a received-at header of ${JSON.stringify(value)} is read as ${expected?.toISOString()}`, async () => {
    const { given, handle } = fakeStore({ kind: "stored" });
    await handle([
      record(1, paymentJson(), { headers: { "eventflow-received-at": value } }),
    ]);
    assert.deepEqual(given[0]?.[0]?.receivedAt, expected);
  });
}
