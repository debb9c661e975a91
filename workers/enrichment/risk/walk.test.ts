import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { seededRandom } from "#runtime/seeded_random.ts";
import { probabilityOf } from "./scorer.ts";
import { ModelError, readTreeModel } from "./tree_model.ts";
import { rawScore } from "./walk.ts";

/** Made by infra/operations/risk/python/walker_fixture.py: of missing values that are NaN, 0, or none at all. */
const kinds = ["nan", "zero", "none"] as const;
const ROWS = 4_000;
const WIDTH = 8;

for (const kind of kinds) {
  test(`a raw score is LightGBM's to the last bit: missing is ${kind}`, () => {
    const model = readTreeModel(fixture(`${kind}.txt`));
    const scores = [...rows()].map((row) => rawScore(model, row));
    assert.deepEqual(Float64Array.from(scores), scoresOf(kind).raw);
  });

  test(`a probability is LightGBM's but for the last bit: missing is ${kind}`, () => {
    const { raw, probability } = scoresOf(kind);
    for (const [n, score] of raw.entries()) {
      const expected = probability[n] ?? 0;
      const off = Math.abs(probabilityOf(score, 1) - expected) / expected;
      assert.ok(off <= 4 * Number.EPSILON, `row ${n} is off by ${off}`);
    }
  });
}

test("contributions and the expected score add up to the raw score", () => {
  const model = readTreeModel(fixture("nan.txt"));
  const expected = new Set<number>();
  for (const row of rows()) {
    const contributions = new Float64Array(WIDTH);
    const raw = rawScore(model, row, contributions);
    const moved = contributions.reduce((sum, one) => sum + one, 0);
    expected.add(Math.round((raw - moved) * 1e3) / 1e3);
  }
  // What a model expects of a row that it knows nothing of is the same for all rows.
  assert.equal(expected.size, 1);
});

test("a text that is no model, or another kind of one, is refused with the reason", () => {
  const text = fixture("nan.txt");
  const refused: readonly [string, RegExp][] = [
    ["{}", /begins with the line "tree"/],
    [text.slice(0, 2_000), /cut off/],
    [text.replace("num_class=1", "num_class=3"), /one class/],
    [text.replace("binary sigmoid:1", "regression"), /objective/],
    [text.replace("num_class=1", "average_output\nnum_class=1"), /forest/],
    [text.replace(/decision_type=\d+/, "decision_type=1"), /categorical/],
    [text.replace(/threshold=\S+/, "threshold=x"), /"threshold"/],
    [text.replace(/left_child=\S+/, "left_child=99"), /no child 99/],
  ];
  for (const [wrong, reason] of refused) {
    assert.throws(() => readTreeModel(wrong), (error) => {
      assert.ok(error instanceof ModelError);
      assert.match(error.message, reason);
      return true;
    });
  }
});

function fixture(name: string): string {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8");
}

function scoresOf(kind: (typeof kinds)[number]) {
  const all: Record<string, { raw: string; probability: string }> = JSON.parse(
    fixture("scores.json"),
  );
  const numbers = (text: string | undefined) =>
    new Float64Array(Uint8Array.from(Buffer.from(text ?? "", "base64")).buffer);
  return {
    raw: numbers(all[kind]?.raw),
    probability: numbers(all[kind]?.probability),
  };
}

/** Numbers of every kind, many of them missing, 0, or exactly at a threshold. */
function* rows(): Generator<Float64Array> {
  const next = seededRandom(7);
  for (let row = 0; row < ROWS; row++) {
    yield Float64Array.from({ length: WIDTH }, () => value(next));
  }
}

function value(next: () => number): number {
  const [kind, drawn] = [next(), next()];
  if (kind < 0.15) return NaN;
  if (kind < 0.3) return 0;
  if (kind < 0.35) return drawn < 0.5 ? 1e-36 : -1e-34;
  if (kind < 0.6) return Math.floor(drawn * 20) / 4 - 2;
  return drawn * 10 - 5;
}
