import assert from "node:assert/strict";
import { test } from "node:test";
import { enrichedText } from "#contracts/enriched_text.ts";
import { headers } from "#contracts/headers.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, progressOf, smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";
import { type Answer, answering } from "../../workers/enrichment/handle.ts";
import { openJudging } from "../../workers/enrichment/judging.ts";
import { RememberedPast } from "../../workers/enrichment/timeline/remembered_past.ts";
import { Timeline } from "../../workers/enrichment/timeline/timeline.ts";
import { ToldRecord } from "../../workers/enrichment/told_record.ts";

const KILLS = 3;

/** Snapshots as often as there is anything new, so that it begins with one after each kill. */
const snapshots = {
  EVENTFLOW_ENRICHMENT_SNAPSHOT_RECORDS: "50",
  EVENTFLOW_ENRICHMENT_SNAPSHOT_MS: "500",
};

test("kill -9 of enrichment leaves values exact and the audit balanced", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { ...smallBatches, ...snapshots },
    });
    const { cluster, topics } = pipeline;
    await pipeline.start("intake", "validator", "persistence", "enrichment");
    await using load = startLoad({ intake: pipeline.url("intake") });
    await until(
      "there was a snapshot",
      async () => (await cluster.readAll(topics.enrichmentFacts)).length > 0,
    );
    const isPastSnapshot = await progressOf(pipeline, "enrichment");
    await until("enrichment was past the snapshot", isPastSnapshot);
    for (let kill = 0; kill < KILLS; kill++) {
      // What it has answered and not committed it is asked again.
      await pauseMidBatch(processes, pipeline, "enrichment");
      await processes.kill("enrichment");
      const hasGoneOn = await progressOf(pipeline, "enrichment");
      await processes.restart("enrichment");
      await until("enrichment had gone on", hasGoneOn);
    }
    await load.stop();
    // With the audit, which takes what was put in out again.
    await proveNothingLostOrDoubled(pipeline, load.accepted);

    const enriched = await cluster.readAll(topics.enriched);
    const validated = await cluster.readAll(topics.validated);
    assert.equal(enriched.length, validated.length);
    const expected = await enrichedAtOnce(validated);
    for (const { headers: own, value } of enriched) {
      const source = headerText(own, headers.source) ?? "";
      assert.equal(String(value), expected.get(source), source);
    }
  }));

/** What one who reads the whole topic at once says of each record. */
async function enrichedAtOnce(
  records: readonly ReceivedRecord[],
): Promise<ReadonlyMap<string, string>> {
  const judging = await openJudging({ modelFolder: "", ratesFile: "" });
  const timeline = new Timeline<ToldRecord, Answer>(
    new RememberedPast({
      judge: answering(judging),
      bounds: { entities: Infinity, payments: Infinity },
    }),
  );
  const partitions = Map.groupBy(records, ({ partition }) => partition);
  timeline.own([...partitions.keys()]);
  for (const [partition, all] of partitions) {
    const nextOffset = (all.at(-1)?.offset ?? 0) + 1;
    const entries = all.map((one) => ({
      ...one,
      content: new ToldRecord(one),
    }));
    timeline.feed(partition, { from: 0, nextOffset, entries });
    timeline.ended(partition, { offset: nextOffset, below: Infinity });
  }
  timeline.advance();
  return new Map(
    records.map(({ topic, partition, offset, value }) => {
      const answer = timeline.answer(partition, offset);
      assert.ok(answer?.kind === "enriched");
      const text = enrichedText(String(value), answer.enriched);
      return [`${topic}/${partition}/${offset}`, text];
    }),
  );
}
