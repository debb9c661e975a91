import type { Buffer } from "node:buffer";
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, fixtures } from "#kit/contracts/fixtures.ts";
import { validate } from "./handle.ts";

function judge(value: Buffer) {
  return validate({
    topic: "raw",
    partition: 0,
    offset: 0,
    timestampMs: 0,
    key: null,
    value,
    headers: [],
  }, { validatedTopic: "validated", unmappedTopic: "unmapped" });
}

for (const { name, bytes } of fixtures("valid")) {
  test(`valid/${name} passes`, () => {
    const outcome = judge(bytes);
    const why = outcome.kind === "dead-letter" && outcome.rejection.message;
    assert.equal(outcome.kind, "forward", why || undefined);
  });
}

for (const kind of ["invalid", "refused"] as const) {
  for (const fixture of fixtures(kind)) {
    test(`${kind}/${fixture.name} becomes a dead letter of ${codeOf(fixture)}`, () => {
      const outcome = judge(fixture.bytes);
      assert.ok(outcome.kind === "dead-letter");
      assert.equal(outcome.rejection.code, codeOf(fixture));
    });
  }
}
