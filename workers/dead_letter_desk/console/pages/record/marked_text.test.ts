import assert from "node:assert/strict";
import { test } from "node:test";
import { laidOut, markedText } from "./marked_text.ts";

const issue = (path: string) => ({ path, message: `${path} is wrong` });

test("the places at fault are marked, and those that are not there are named", () => {
  const text = '{"payload":{"amount":-1,"items":[{"id":""}]}}';
  const { pieces, missing } = markedText(text, [
    issue("payload.items.0.id"),
    issue("payload.amount"),
    issue("payload.order_id"),
  ]);
  assert.equal(pieces.map((piece) => piece.text).join(""), text);
  assert.deepEqual(
    pieces.filter(({ wrong }) => wrong !== null).map((piece) => piece.text),
    ["-1", '""'],
  );
  assert.deepEqual(missing.map(({ path }) => path), ["payload.order_id"]);
});

test("what is no JSON stays as it is, unmarked", () => {
  assert.equal(laidOut("not { json"), "not { json");
  const { pieces, missing } = markedText("not", [issue("payload")]);
  assert.deepEqual(pieces, [{ text: "not", wrong: null }]);
  assert.equal(missing.length, 1);
});

test("a body that is laid out has each of its values as it was written", () => {
  assert.equal(
    laidOut('{"a":49.90,"b":1e2}'),
    '{\n  "a": 49.90,\n  "b": 1e2\n}',
  );
});
