import assert from "node:assert/strict";
import { test } from "node:test";
import { figures } from "./panels.ts";
import { placed } from "./layout.ts";

test("panels stand from left to right and from top to bottom, rows below each other", () => {
  const rows = placed([
    { title: "First", panels: [tile("A", 12), tile("B", 12), tile("C", 24)] },
    { title: "Closed", isCollapsed: true, panels: [tile("D", 24)] },
    { title: "Last", panels: [tile("E", 24)] },
  ]);
  assert.deepEqual(
    rows.map(({ title, gridPos }) => [title, gridPos?.x, gridPos?.y]),
    [
      ["First", 0, 0],
      ["A", 0, 1],
      ["B", 12, 1],
      ["C", 0, 5],
      ["Closed", 0, 9],
      ["Last", 0, 10],
      ["E", 0, 11],
    ],
  );
});

test("a line with a hole, too much or uneven panels is refused, and named", () => {
  const row = (...panels: ReturnType<typeof tile>[]) => () =>
    placed([{ title: "Row", panels }]);
  assert.throws(
    row(tile("A", 12)),
    /^Error: Row "Row" ends in a hole: from column 12 on$/,
  );
  assert.throws(
    row(tile("A", 12), tile("B", 16)),
    /^Error: Panel "B" of row "Row" leaves a hole: it begins at column 12$/,
  );
  assert.throws(
    row(tile("A", 12), tile("B", 12, 5)),
    /^Error: Panel "B" of row "Row" is 5 high, and the one before it 4$/,
  );
});

function tile(title: string, span: number, height = 4) {
  return figures({
    title,
    answers: "?",
    unit: "none",
    span,
    height,
    next: "eventflow-on-call",
    queries: { up: "up" },
  });
}
