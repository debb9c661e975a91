/**
 * For tests of a stage's sum: events, and what becomes of a sum over them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { ofEachTopic } from "#contracts/topics.ts";
import type { RecordHeader } from "#kafka/port.ts";
import { Findings } from "#operations/audit/findings.ts";
import { InputRecord } from "#operations/audit/input_record.ts";
import type { Output } from "#operations/audit/output.ts";
import type { Finding, StageReport } from "#operations/audit/report.ts";
import type { DroppedRow, StoredRow } from "#operations/audit/rows.ts";
import { SortedOutputs } from "#operations/audit/sorted_outputs.ts";
import { StageAudit } from "#operations/audit/stage_audit.ts";
import { type Stage, stages } from "#operations/audit/stages.ts";
import { UnreadableCoordinates } from "#operations/audit/unreadable_coordinates.ts";

const topics = ofEachTopic((topic) => topic);

export type Event = { partition: number; offset: number; id: string };

export const bodyOf = ({ id }: Event) => JSON.stringify({ event_id: id });

export function inputOf(
  event: Event,
  topic: string,
  recordHeaders: readonly RecordHeader[] = [],
): InputRecord {
  const { partition, offset } = event;
  return new InputRecord({
    topic,
    partition,
    offset,
    timestampMs: 0,
    key: null,
    value: Buffer.from(bodyOf(event)),
    headers: recordHeaders,
  });
}

/** Runs a sum over outputs in the order given and inputs in theirs, with tiny sorted runs. */
export async function sumUp(
  {
    stage,
    inputs,
    outputs,
    stored = () => undefined,
    unreadable = new UnreadableCoordinates(),
  }: {
    stage: Stage;
    inputs: readonly InputRecord[];
    outputs: readonly Output[];
    stored?: (body: string) => StoredRow | DroppedRow | undefined;
    unreadable?: UnreadableCoordinates;
  },
): Promise<{ stageAudit: StageReport; findings: readonly Finding[] }> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-test-"));
  try {
    const findings = new Findings(1_000);
    const stageAudit = new StageAudit({
      stage,
      topics,
      findings,
      unreadable,
      outputs: new SortedOutputs(folder),
      rows: { compare: (bodies) => Promise.resolve(bodies.map(stored)) },
      eventIdOf: () => Promise.resolve("looked up"),
    });
    for (const output of outputs) stageAudit.add(output);
    for (const input of inputs) await stageAudit.judge(input);
    await stageAudit.end();
    return { stageAudit: stageAudit.result(null), findings: findings.named };
  } finally {
    await rm(folder, { recursive: true });
  }
}

export function stageOf(kind: Stage["output"]["kind"]): Stage {
  const stage = stages.find(({ output }) => output.kind === kind);
  assert.ok(stage);
  return stage;
}

export const brief = (findings: readonly Finding[]) =>
  findings.map(({ kind, event_id, record, outputs }) =>
    [kind, event_id, record, outputs.length].join(" ")
  ).sort();

/** Some events in three partitions, by place, no two in a row; each with what is to become of it. */
export function eventsWith<F>(fate: fc.Arbitrary<F>) {
  return fc.array(fc.record({ fate, skip: fc.nat({ max: 2 }) }), {
    maxLength: 40,
  }).map((chosen) => {
    let offset = 7;
    return chosen.map(({ fate, skip }, n) => ({
      partition: Math.floor(n / 15),
      offset: offset += 2 + skip,
      id: `e-${n}`,
      fate,
    }));
  });
}

export const anyOrder = fc.infiniteStream(fc.nat());

export function shuffled<T>(items: readonly T[], order: Iterator<number>): T[] {
  return items.map((item) => ({ item, at: order.next().value ?? 0 }))
    .sort((a, b) => a.at - b.at).map(({ item }) => item);
}
