import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countryAt,
  present,
  requiredId,
  requiredObject,
  requiredSeconds,
  requiredText,
  secondsAt,
  textAt,
  valueAt,
} from "./fields.ts";
import { Unreadable } from "./unreadable.ts";

const body = JSON.parse(
  '{"id":"ch_1","count":7,"half":0.5,"blank":" ","list":[{"id":"a"}],"at":1767323045,"__proto__":{"id":"x"}}',
);

function issueOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof Unreadable, String(error));
    return error.rejection.issues[0];
  }
  assert.fail("It was not refused");
}

test("a value is found by keys and places, and by nothing that an object has of itself", () => {
  assert.equal(valueAt(body, "list", 0, "id"), "a");
  assert.equal(valueAt(body, "list", 1, "id"), undefined);
  assert.equal(valueAt(body, "id", "length"), undefined);
  assert.equal(valueAt({}, "constructor", "name"), undefined);
  assert.equal(valueAt(null, "id"), undefined);
});

test("a text is a text, or a whole number as one", () => {
  assert.equal(textAt(body, "id"), "ch_1");
  assert.equal(textAt(body, "count"), "7");
  for (const key of ["half", "blank", "list", "missing"]) {
    assert.equal(textAt(body, key), undefined, key);
  }
  assert.deepEqual(issueOf(() => requiredText(body, "list", 0, "name")), {
    path: "list.0.name",
    message: "must be a text",
  });
});

test("a text that some reader of facts could not take is refused, not passed over", () => {
  for (const id of ["a\u0000b", "\ud800", "x\udfff"]) {
    assert.equal(issueOf(() => textAt({ id }, "id"))?.path, "id");
  }
  assert.equal(textAt({ id: "😀" }, "id"), "😀");
});

test("an id that no event_id could hold is refused", () => {
  const longest = "y".repeat(255);
  assert.equal(requiredId({ id: longest }, "id"), longest);
  assert.match(
    issueOf(() => requiredId({ id: `${longest}y` }, "id"))?.message ?? "",
    /at most 255/,
  );
  assert.equal(requiredText({ id: `${longest}y` }, "id").length, 256);
});

test("an object is required by its path", () => {
  assert.equal(requiredObject(body, "list", 0).id, "a");
  assert.equal(issueOf(() => requiredObject(body, "list"))?.path, "list");
});

test("seconds since 1970 are told as a time in UTC, up to the year 9999", () => {
  assert.equal(requiredSeconds(body, "at"), "2026-01-02T03:04:05Z");
  assert.equal(
    secondsAt({ at: 253_402_300_799 }, "at"),
    "9999-12-31T23:59:59Z",
  );
  for (const at of [253_402_300_800, -1, 0.5, NaN, "1767323045", null]) {
    assert.equal(secondsAt({ at }, "at"), undefined);
    assert.equal(issueOf(() => requiredSeconds({ at }, "at"))?.path, "at");
  }
});

test("a country is two letters, told in capitals", () => {
  assert.equal(countryAt({ country: "de" }, "country"), "DE");
  for (const country of ["DEU", "D1", "", 49, null]) {
    assert.equal(countryAt({ country }, "country"), undefined);
  }
});

test("what has no value is left out", () => {
  assert.deepEqual(Object.keys(present({ a: 1, b: undefined, c: null })), [
    "a",
    "c",
  ]);
});
