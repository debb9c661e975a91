import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { StartError } from "#runtime/lifecycle.ts";
import { namedFeatures } from "../../../../workers/enrichment/features/features.ts";
import { planePayments } from "../plane/plane.ts";
import { planeFacts } from "../plane/plane_facts.ts";
import { eachRow } from "../training.ts";
import { buildMatrix, type Matrix } from "./build_matrix.ts";

const DAY_MS = 86_400_000;
const options = { delayDays: 7, rates: undefined };

test("a fraud is known to features after the delay, and not a moment sooner", async () => {
  const plane = planePayments({
    seed: 3,
    customers: 30,
    merchants: 200,
    days: 60,
  });
  const lines = [...planeFacts(plane)];
  await withMatrix(lines, (matrix) => {
    assert.equal(matrix.rows, plane.length);
    const frauds = plane.filter(({ isFraud }) => isFraud).length;
    assert.equal(matrix.lagsMs.length, frauds);
    eachRow(matrix, { from: 0, to: matrix.rows }, (row, n) => {
      const { customer, second } = plane[n] ?? { customer: 0, second: 0 };
      const day = Math.floor(second / 86_400);
      const named = namedFeatures(row);
      const known = plane.filter((one) =>
        one.isFraud && one.customer === customer &&
        one.second + 7 * 86_400 <= second &&
        Math.floor(one.second / 86_400) + 7 >= day - 7
      );
      assert.equal(named.customer_frauds_7d, known.length, `payment ${n}`);
    });
  });
});

test("a dispute that comes later than the delay is known when it comes", async () => {
  const lines = [...planeFacts([
    { customer: 1, merchant: 1, second: 0, cents: 100, isFraud: true },
  ])];
  const dispute = lines[1]?.replace("2026-01-08", "2026-01-20") ?? "";
  await withMatrix([lines[0] ?? "", dispute], ({ fraudMs, atMs }) => {
    assert.equal((fraudMs[0] ?? 0) - (atMs[0] ?? 0), 19 * DAY_MS);
  });
});

test("a file that is out of order, or no file of facts, is refused with the line", async () => {
  const lines = [...planeFacts([
    { customer: 1, merchant: 1, second: 0, cents: 100, isFraud: true },
  ])];
  const refused: readonly [readonly string[], RegExp][] = [
    [lines.toReversed(), /Event 2 .* sort the file/],
    [["{"], /Event 1 is no JSON/],
    [['{"event_type":"x"}'], /Event 1 has no event_type/],
    [
      [lines[0]?.replace('"amount":1', '"amount":-1') ?? ""],
      /Event 1 is no payment\.authorized\.v1: payload\.amount/,
    ],
  ];
  for (const [wrong, reason] of refused) {
    await assert.rejects(withMatrix(wrong, () => {}), (error) => {
      assert.ok(error instanceof StartError);
      assert.match(error.message, reason);
      return true;
    });
  }
});

async function withMatrix(
  lines: readonly string[],
  look: (matrix: Matrix) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eventflow-matrix-"));
  try {
    const file = join(folder, "facts.ndjson");
    writeFileSync(file, `${lines.join("\n")}\n`);
    look(await buildMatrix(file, join(folder, "rows.f64"), options));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
