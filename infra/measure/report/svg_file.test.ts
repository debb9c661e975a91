import assert from "node:assert/strict";
import { test } from "node:test";
import { toSvgFile } from "./svg_file.ts";

test("a file has the light mode's colours on a white card, and a font of its own", () => {
  const file = toSvgFile(
    '<svg width="1" height="1"><text fill="var(--series-1)" style="font-family:inherit">a</text></svg>',
  );
  assert.match(file, /^<svg [^>]*>\n<rect [^>]*fill="#ffffff"\/>/);
  assert.match(file, /<text fill="#2563c9" style="font-family:system-ui/);
});

test("a colour that the palette has not is an error", () => {
  assert.throws(
    () => toSvgFile('<svg><path fill="var(--kill)"/></svg>'),
    /colours must be in the palette: current value --kill/,
  );
});
