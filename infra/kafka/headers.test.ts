import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import fc from "fast-check";
import { header, headerText } from "./headers.ts";

test("a header's value is the text in UTF-8, whatever and however long it is", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.string({ unit: "grapheme-ascii", maxLength: 300, size: "max" }),
    fc.uint8Array({ maxLength: 300 }).map((bytes) =>
      String.fromCharCode(...bytes)
    ),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const made = header("a", text);
      assert.deepEqual(made.value, Buffer.from(text, "utf8"));
      assert.equal(headerText([made], "a"), made.value.toString("utf8"));
    }),
  );
});
