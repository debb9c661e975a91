import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parsePaymentAuthorized } from "./parse.ts";

const folder = (name: string) =>
  new URL(`./fixtures/${name}/`, import.meta.url);

for (const file of readdirSync(folder("valid"))) {
  test(`valid/${file} is an authorised payment`, () => {
    const parsed = parsePaymentAuthorized(
      readFileSync(new URL(file, folder("valid"))),
    );
    assert.deepEqual(parsed.ok ? [] : parsed.rejection.issues, []);
    assert.ok(parsed.ok);
  });
}

for (const file of readdirSync(folder("refused"))) {
  test(`refused/${file} satisfies the contract: the validator's rules of money refuse it`, () => {
    const bytes = readFileSync(new URL(file, folder("refused")));
    assert.ok(parsePaymentAuthorized(bytes).ok);
  });
}

for (const file of readdirSync(folder("invalid"))) {
  const [code] = file.split(".");
  test(`invalid/${file} is refused as ${code}`, () => {
    const parsed = parsePaymentAuthorized(
      readFileSync(new URL(file, folder("invalid"))),
    );
    assert.ok(!parsed.ok);
    assert.equal(parsed.rejection.code, code);
  });
}
