import assert from "node:assert/strict";
import { test } from "node:test";
import { readinessOf } from "#local/service_jobs.ts";
import { topics as contracts } from "#contracts/topics.ts";
import { headers } from "#contracts/headers.ts";
import { PaymentEnriched } from "#contracts/events/payment_enriched.ts";
import { textWithoutEnrichment } from "#contracts/enriched_text.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { headerText } from "#kafka/headers.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { topicConfig } from "#operations/topics/topic_plan.ts";
import { startLoad } from "#kit/load.ts";
import { smallBatches } from "#kit/mid_batch.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const KILLS = 3;

/** Snapshots as often as there is anything new. */
const snapshots = {
  EVENTFLOW_ENRICHMENT_SNAPSHOT_RECORDS: "100",
  EVENTFLOW_ENRICHMENT_SNAPSHOT_MS: "500",
};

test("the whole topic enriched again is the same to the byte, through kill -9, restarts and a second instance", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, {
      env: { ...smallBatches, ...snapshots },
    });
    const { cluster, topics } = pipeline;
    await pipeline.start("intake", "validator", "enrichment");
    await using load = startLoad({ intake: pipeline.url("intake") });

    for (let kill = 0; kill < KILLS; kill++) {
      await until(
        "a hundred more were enriched",
        moreThan(pipeline, topics.enriched, 100),
      );
      await processes.kill("enrichment");
      await processes.restart("enrichment");
    }
    await until(
      "there was a snapshot",
      async () => (await cluster.readAll(topics.enrichmentFacts)).length > 0,
    );
    await until(
      "the group was past the snapshot",
      moreThan(pipeline, topics.enriched, 100),
    );
    await processes.kill("enrichment");
    await processes.restart("enrichment");
    assert.match(
      await processes.output(),
      /The history begins with [1-9]|"entities":[1-9]/,
      "it begins with the snapshot",
    );
    await pipeline.startAnother("enrichment", "second");
    await until(
      "two instances have enriched some",
      moreThan(pipeline, topics.enriched, 100),
    );
    await processes.kill("second");
    await load.stop();
    await untilFinished(pipeline);

    const again = `${topics.enriched}-again`;
    await cluster.admin.createTopics([{
      name: again,
      partitions: contracts.enriched.partitions,
      config: topicConfig(contracts.enriched),
    }]);
    const group = `${pipeline.groups.enrichment}-again`;
    await pipeline.startAnother("enrichment", "again", {
      [contracts.enriched.env]: again,
      [groupSettings.enrichmentGroup.env]: group,
    });
    assert.ok((await readinessOf(pipeline.url("again"))).ready);
    await until(
      "all was enriched again",
      async () => await pipeline.lag(group, topics.validated) === 0,
    );

    const validated = await cluster.readAll(topics.validated);
    const first = bySource(await cluster.readAll(topics.enriched));
    const second = bySource(await cluster.readAll(again));
    assert.ok(validated.length > 100 * KILLS);
    assert.equal(first.size, validated.length);
    assert.deepEqual([...second.keys()].sort(), [...first.keys()].sort());
    for (const { topic, partition, offset, value } of validated) {
      const at = `${topic}/${partition}/${offset}`;
      const text = first.get(at) ?? "";
      assert.equal(second.get(at), text, at);
      assert.equal(textWithoutEnrichment(text), String(value), at);
      assert.ok(PaymentEnriched.safeParse(JSON.parse(text)).success, text);
    }
  }));

function moreThan(
  { cluster }: Pipeline,
  topic: string,
  count: number,
): () => Promise<boolean> {
  const sum = async () =>
    [...(await cluster.admin.endOffsets(topic)).values()]
      .reduce((all, one) => all + one, 0);
  let before: number | undefined;
  return async () => {
    const now = await sum();
    before ??= now;
    return now > before + count;
  };
}

/** Each text by the record that it was made from; none is made twice. */
function bySource(
  records: readonly ReceivedRecord[],
): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const { headers: own, value } of records) {
    const source = headerText(own, headers.source) ?? "";
    assert.ok(!all.has(source), `${source} is enriched twice`);
    all.set(source, String(value));
  }
  return all;
}
