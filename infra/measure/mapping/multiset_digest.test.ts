import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { MultisetDigest } from "./multiset_digest.ts";

function digestOf(...things: readonly (readonly string[])[]): string {
  const digest = new MultisetDigest();
  for (const parts of things) {
    digest.add(...parts.map((part) => Buffer.from(part)));
  }
  assert.equal(digest.count, things.length);
  return digest.text;
}

test("the order in which things are added does not matter", () => {
  assert.equal(digestOf(["a"], ["b"], ["c"]), digestOf(["c"], ["a"], ["b"]));
});

test("a thing that is there twice is seen", () => {
  assert.notEqual(digestOf(["a"], ["b"]), digestOf(["a"], ["b"], ["b"]));
  assert.notEqual(digestOf(["a"], ["a"]), digestOf(["b"], ["b"]));
});

test("bytes that move from one part of a thing to the next are seen", () => {
  assert.notEqual(digestOf(["ab", "c"]), digestOf(["a", "bc"]));
});
