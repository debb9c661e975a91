import { alignColumns } from "#runtime/columns.ts";
import { featureNames } from "../../../../workers/enrichment/features/features.ts";
import {
  ByteReader,
  ByteWriter,
} from "../../../../workers/enrichment/history/bytes.ts";
import { Entity } from "../../../../workers/enrichment/history/entity.ts";
import {
  readEntity,
  writeEntity,
} from "../../../../workers/enrichment/history/entity_bytes.ts";
import type { Scorer } from "../../../../workers/enrichment/risk/score.ts";
import { Random } from "../random.ts";

const ROWS = 1_000;
const SCORES_OF_EACH = 200;
const WARM_UP = 20;
const ENTITIES = 100_000;
const PAYMENTS_OF_EACH = 15;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

/** Measures what the worker does most: to score with reasons, and to restore what it remembers. */
export function bench(scorer: Scorer): string {
  const ofRows = scoreTimes(scorer);
  const all = Float64Array.from(ofRows.flatMap((times) => [...times])).sort();
  const medians = Float64Array.from(ofRows, (times) => at(times.sort(), 0.5))
    .sort();
  const { bytes, readMs } = restored();
  const micros = (value: number) => `${value.toFixed(2)} µs`;
  return alignColumns([
    ["a score with reasons, median", micros(at(all, 0.5))],
    ["a score with reasons, 99th percentile", micros(at(all, 0.99))],
    // Of a row that is scored again and again, few times have an interruption in them, and the median has none.
    [
      "the same, of each row its median, 99th percentile",
      micros(at(medians, 0.99)),
    ],
    [
      `${ENTITIES.toLocaleString("en")} entities restored`,
      `${Math.round(readMs)} ms`,
    ],
    ["an entity as bytes", `${Math.round(bytes / ENTITIES)} B`],
  ]);
}

/** The value that so great a share of sorted ones is below. */
function at(sorted: Float64Array, share: number): number {
  return sorted[Math.floor(share * sorted.length)] ?? NaN;
}

/** By row, how many microseconds each of its scores took. The rows take turns. */
function scoreTimes(scorer: Scorer): readonly Float64Array[] {
  const random = new Random(1);
  const all = Array.from({ length: ROWS }, () => ({
    row: Float64Array.from(
      featureNames,
      () => random.next() < 0.2 ? NaN : random.next() * 10 - 2,
    ),
    times: new Float64Array(SCORES_OF_EACH),
  }));
  for (let turn = -WARM_UP; turn < SCORES_OF_EACH; turn++) {
    for (const { row, times } of all) {
      const began = performance.now();
      scorer.score(row, Infinity);
      if (turn >= 0) times[turn] = (performance.now() - began) * 1_000;
    }
  }
  return all.map(({ times }) => times);
}

function restored(): { bytes: number; readMs: number } {
  const random = new Random(2);
  const writer = new ByteWriter();
  for (let n = 0; n < ENTITIES; n++) writeEntity(madeUp(random), writer);
  const bytes = writer.bytes();
  const began = performance.now();
  const reader = new ByteReader(bytes);
  const entities: Entity[] = [];
  while (!reader.isAtEnd) entities.push(readEntity(reader));
  return { bytes: bytes.length, readMs: performance.now() - began };
}

function madeUp(random: Random): Entity {
  const entity = new Entity();
  for (let n = 0; n < PAYMENTS_OF_EACH; n++) {
    entity.fold({
      sign: 1,
      contribution: {
        entity: "",
        happening: "payment",
        atMs: START_MS + Math.floor(random.next() * 30 * DAY_MS),
        currency: "EUR",
        minor: random.below(10_000),
        slotA: random.below(64),
        slotB: random.below(64),
      },
    });
  }
  return entity;
}
