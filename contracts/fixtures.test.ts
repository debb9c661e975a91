import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, fixtures } from "#kit/contracts/fixtures.ts";
import { parsePaymentAuthorized } from "./parse.ts";

for (const { name, bytes } of fixtures("valid")) {
  test(`valid/${name} is an authorised payment`, () => {
    const parsed = parsePaymentAuthorized(bytes);
    assert.deepEqual(parsed.ok ? [] : parsed.rejection.issues, []);
    assert.ok(parsed.ok);
  });
}

for (const { name, bytes } of fixtures("refused")) {
  test(`refused/${name} satisfies the contract: the validator's rules of money refuse it`, () => {
    assert.ok(parsePaymentAuthorized(bytes).ok);
  });
}

for (const fixture of fixtures("invalid")) {
  test(`invalid/${fixture.name} is refused as ${codeOf(fixture)}`, () => {
    const parsed = parsePaymentAuthorized(fixture.bytes);
    assert.ok(!parsed.ok);
    assert.equal(parsed.rejection.code, codeOf(fixture));
  });
}
