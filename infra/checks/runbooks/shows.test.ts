import assert from "node:assert/strict";
import { test } from "node:test";
import { missingIn } from "./shows.ts";

const output = `ready    kafka
MISSING  persistence  stopped by hand
Not ready: persistence.`;

test("lines that are there in order are found, whatever blanks are between their words", () => {
  assert.equal(missingIn(output, []), undefined);
  assert.equal(
    missingIn(output, ["ready kafka", "MISSING persistence stopped by hand"]),
    undefined,
  );
});

test("three dots stand for anything within a line", () => {
  assert.equal(missingIn(output, ["MISSING persistence …"]), undefined);
  assert.equal(missingIn(output, ["Not ready: …."]), undefined);
  assert.equal(missingIn(output, ["…by hand"]), undefined);
});

test("the first line that is not there, not whole, or not behind the one before is named", () => {
  assert.equal(missingIn(output, ["ready kafk"]), "ready kafk");
  assert.equal(missingIn(output, ["ready postgres"]), "ready postgres");
  assert.equal(
    missingIn(output, ["Not ready: …", "ready kafka"]),
    "ready kafka",
  );
  assert.equal(missingIn("3 members", ["3.members"]), "3.members");
});
