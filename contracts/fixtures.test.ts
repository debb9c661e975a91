import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, fixtures } from "#kit/contracts/fixtures.ts";
import { eventTypes } from "./events/registry.ts";
import { parseEvent } from "./parse.ts";

for (const { name, event, bytes } of fixtures("valid")) {
  test(`valid/${name} is an event of ${event}`, () => {
    const parsed = parseEvent(bytes);
    assert.deepEqual(parsed.ok ? [] : parsed.rejection.issues, []);
    assert.ok(parsed.ok);
    const types = new Map(Object.entries(eventTypes));
    assert.equal(parsed.value.event_type, types.get(event ?? "")?.type);
  });
}

for (const { name, bytes } of fixtures("refused")) {
  test(`refused/${name} satisfies the contract: the validator's rules of money refuse it`, () => {
    assert.ok(parseEvent(bytes).ok);
  });
}

for (const fixture of fixtures("invalid")) {
  test(`invalid/${fixture.name} is refused as ${codeOf(fixture)}`, () => {
    const parsed = parseEvent(fixture.bytes);
    assert.ok(!parsed.ok);
    assert.equal(parsed.rejection.code, codeOf(fixture));
  });
}

test("every type of event has an example, and something that is refused", () => {
  const types = Object.keys(eventTypes);
  const withExample = fixtures("valid")
    .filter(({ name }) => name === "every_field.json")
    .map(({ event }) => event);
  assert.deepEqual(withExample.sort(), types.toSorted());
  const withRefused = new Set(fixtures("invalid").map(({ event }) => event));
  assert.deepEqual(types.filter((type) => !withRefused.has(type)), []);
});
