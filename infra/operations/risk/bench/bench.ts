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

const SCORES = 200_000;
const WARM_UP = 20_000;
const ENTITIES = 100_000;
const PAYMENTS_OF_EACH = 15;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

/** Measures what the worker does most: to score with reasons, and to restore what it remembers. */
export function bench(scorer: Scorer): string {
  const scoreUs = scoreTimes(scorer).sort();
  const { bytes, readMs } = restored();
  const at = (share: number) =>
    `${scoreUs[Math.floor(share * scoreUs.length)]?.toFixed(2)} µs`;
  return alignColumns([
    ["a score with reasons, median", at(0.5)],
    ["a score with reasons, 99th percentile", at(0.99)],
    [
      `${ENTITIES.toLocaleString("en")} entities restored`,
      `${Math.round(readMs)} ms`,
    ],
    ["an entity as bytes", `${Math.round(bytes / ENTITIES)} B`],
  ]);
}

function scoreTimes(scorer: Scorer): Float64Array {
  const random = new Random(1);
  const rows = Array.from({ length: 1_000 }, () =>
    Float64Array.from(
      featureNames,
      () => random.next() < 0.2 ? NaN : random.next() * 10 - 2,
    ));
  const times = new Float64Array(SCORES);
  for (let n = -WARM_UP; n < SCORES; n++) {
    const row = rows[(n + WARM_UP) % rows.length] ?? new Float64Array();
    const began = performance.now();
    scorer.score(row, Infinity);
    if (n >= 0) times[n] = (performance.now() - began) * 1_000;
  }
  return times;
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
