import assert from "node:assert/strict";
import { test } from "node:test";
import { atValues, logarithmic, type Scale } from "./scale.ts";

test("a logarithmic axis has marks at 1, 2 and 5, with one beyond the values at both ends", () => {
  const marks = (least: number, most: number) =>
    marksOf(logarithmic({ least, most }));
  assert.deepEqual(marks(3.1, 41), ["2", "5", "10", "20", "50"]);
  assert.deepEqual(marks(1, 1), ["0.5", "1", "2"]);
  assert.deepEqual(marks(900, 1_500), ["500", "1,000", "2,000"]);
});

test("an axis at values has its marks there, each once, and room at both ends", () => {
  const { axis, place } = atValues([4, 1, 2, 1]);
  assert.deepEqual(marksOf(atValues([4, 1, 2, 1])), ["1", "2", "4"]);
  assert.ok(axis.min < place(1) && place(4) < axis.max);
});

test("values far apart are on a logarithmic axis, and others, or a 0, on an even one", () => {
  const notes = [[1, 4], [100, 500, 2_000], [0, 100]]
    .map((values) => atValues(values).note);
  assert.deepEqual(notes, ["", " (logarithmic)", ""]);
});

test("an axis of one value has room around it", () => {
  const { axis } = atValues([500]);
  assert.ok(axis.min < axis.max);
});

function marksOf({ axis: { axisLabel } }: Scale): string[] {
  return axisLabel.customValues.map(axisLabel.formatter);
}
