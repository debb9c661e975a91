import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { validate } from "./handle.ts";

const folder = (name: string) =>
  new URL(`../../contracts/fixtures/${name}/`, import.meta.url);

function judge(file: string, name: string) {
  const value = readFileSync(new URL(file, folder(name)));
  return validate({
    topic: "raw",
    partition: 0,
    offset: 0,
    timestampMs: 0,
    key: null,
    value,
    headers: [],
  }, { validatedTopic: "validated" });
}

for (const file of readdirSync(folder("valid"))) {
  test(`valid/${file} passes`, () => {
    const outcome = judge(file, "valid");
    const why = outcome.kind === "dead-letter" && outcome.rejection.message;
    assert.equal(outcome.kind, "forward", why || undefined);
  });
}

for (const name of ["invalid", "refused"]) {
  for (const file of readdirSync(folder(name))) {
    const [code] = file.split(".");
    test(`${name}/${file} becomes a dead letter of ${code}`, () => {
      const outcome = judge(file, name);
      assert.ok(outcome.kind === "dead-letter");
      assert.equal(outcome.rejection.code, code);
    });
  }
}
