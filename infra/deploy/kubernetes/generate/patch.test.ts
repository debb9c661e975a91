import assert from "node:assert/strict";
import { test } from "node:test";
import { patchOf } from "./patch.ts";

test("a patch has what differs, as deep as it lies, and nothing else", () => {
  assert.deepEqual(
    patchOf(
      { same: [1], spec: { replicas: 1, gone: true, "a/b": "x" } },
      { same: [1], spec: { replicas: 2, "a/b": "y", more: {} } },
    ),
    [
      { op: "replace", path: "/spec/replicas", value: 2 },
      { op: "remove", path: "/spec/gone" },
      { op: "replace", path: "/spec/a~1b", value: "y" },
      { op: "add", path: "/spec/more", value: {} },
    ],
  );
});

test("lists of one length are compared entry by entry, others are replaced, and so is what has nothing in common", () => {
  assert.deepEqual(
    patchOf(
      { a: [{ n: 1, v: "x" }, { n: 2 }], b: [1], c: { ip: 1 } },
      { a: [{ n: 1, v: "y" }, { n: 2 }], b: [1, 2], c: { pod: 1 } },
    ),
    [
      { op: "replace", path: "/a/0/v", value: "y" },
      { op: "replace", path: "/b", value: [1, 2] },
      { op: "replace", path: "/c", value: { pod: 1 } },
    ],
  );
});
