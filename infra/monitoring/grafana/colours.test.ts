import assert from "node:assert/strict";
import { test } from "node:test";
import { coloursOf } from "./colours.ts";
import type { PanelOfBoard } from "./queries.ts";

test("a value is drawn in the colour of its word, else of the highest step that it reaches", () => {
  const colours = coloursOf(tile, [series(-1), series(9), series(10)]);
  assert.deepEqual(colours, ["purple", "green", "red"]);
});

test("what has no value has no colour, and neither has a tile that is not coloured", () => {
  assert.deepEqual(coloursOf(tile, [{ labels: {}, values: [] }]), []);
  const plain = { ...tile, options: { colorMode: "none" } };
  assert.deepEqual(coloursOf(plain, [series(10)]), []);
});

test("a row of a table is drawn in the colours of its cells' words", () => {
  const table: PanelOfBoard = {
    ...tile,
    type: "table",
    transformations: [{ options: { renameByName: { severity: "Severity" } } }],
    fieldConfig: {
      defaults: { mappings: [] },
      overrides: [{
        matcher: { options: "Severity" },
        properties: [{ id: "mappings", value: [mapping("page", "red")] }],
      }],
    },
  };
  const rows = ["page", "ticket"].map((severity) => series(1, { severity }));
  assert.deepEqual(coloursOf(table, rows), ["red"]);
});

const tile: PanelOfBoard = {
  dashboard: "Board",
  type: "stat",
  title: "Tile",
  targets: [],
  transformations: [],
  options: { colorMode: "background" },
  fieldConfig: {
    defaults: {
      mappings: [mapping("-1", "purple")],
      thresholds: {
        steps: [{ value: null, color: "green" }, { value: 10, color: "red" }],
      },
    },
    overrides: [],
  },
};

function mapping(value: string, color: string) {
  return { type: "value", options: { [value]: { text: value, color } } };
}

function series(value: number, labels: Record<string, string> = {}) {
  return { labels, values: [value] };
}
