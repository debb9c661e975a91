import assert from "node:assert/strict";
import { test } from "node:test";
import { beforeEntry, beforeLine, withinEntry } from "./insert.ts";
import { Refusal } from "./refusal.ts";

const yaml = `# Of all.
services:
  a:
    image: one # the first

  # What b is.
  # In two lines.
  b: { image: two }
rules:
  - alert: One
    expr: >-
      up{job=~"a|b"} == 0
      or absent(up)
  - alert: Two
    expr: up{job=~"a|b"} == 1
`;

const file = { path: "some/file.yaml", text: yaml };

const refuses = (what: () => unknown, why: RegExp) =>
  assert.throws(what, (error) => {
    assert.ok(error instanceof Refusal);
    assert.match(error.message, why);
    assert.match(error.message, /Nothing was written\.$/);
    return true;
  });

test("an entry comes before another one and the comment above it, and all else stays as it is written", () => {
  const text = beforeEntry(file, ["services", "b"], "  new: {}\n");
  assert.equal(text, yaml.replace("  # What b", "  new: {}\n  # What b"));
});

test("the first entry of a map has one before it too", () => {
  const text = beforeEntry(file, ["services", "a"], "  new: {}\n");
  assert.equal(text, yaml.replace("  a:\n", "  new: {}\n  a:\n"));
});

test("an item of a list is found by what it has", () => {
  const lines = "  - alert: New\n    expr: up\n";
  const text = beforeEntry(file, ["rules", { alert: "Two" }], lines);
  assert.equal(text, yaml.replace("  - alert: Two", `${lines}  - alert: Two`));
});

test("JSON is taken as well, with its escapes as they are", () => {
  const text = '{\n  "tasks": {\n    "a": "\\u2026",\n    "b": "2"\n  }\n}\n';
  const found = { path: "deno.json", text };
  const line = '    "new": "3",\n';
  assert.equal(
    beforeEntry(found, ["tasks", "b"], line),
    text.replace('    "b"', `${line}    "b"`),
  );
});

test("a piece of one entry is replaced, and of no other", () => {
  const path = ["rules", { alert: "One" }, "expr"];
  assert.equal(
    withinEntry(file, path, { piece: '|b"', by: '|b|new"' }),
    yaml.replace('|b"} == 0', '|b|new"} == 0'),
  );
});

test("an entry that is missing is named with its file, and so is a piece", () => {
  refuses(
    () => beforeEntry(file, ["services", "c"], ""),
    /^some\/file\.yaml must have services > c,/,
  );
  refuses(
    () => beforeEntry(file, ["rules", { alert: "Three" }], ""),
    /must have rules > \{"alert":"Three"\},/,
  );
  refuses(
    () =>
      withinEntry(file, ["rules", { alert: "One" }, "expr"], {
        piece: "c",
        by: "",
      }),
    /^some\/file\.yaml must have "c" once in rules > .* but has it 0 times/,
  );
});

test("lines come before the one line that begins so", () => {
  const text = "one\ntwo\nthree two\n";
  const found = { path: "a.md", text };
  assert.equal(beforeLine(found, "two", "new\n"), "one\nnew\ntwo\nthree two\n");
  refuses(() => beforeLine(found, "t", ""), /^a\.md .* "t", .* but has 2\./);
  refuses(() => beforeLine(found, "four", ""), /"four", .* but has 0\./);
});
