import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEvent } from "#contracts/parse.ts";
import { Anomaly } from "#contracts/anomaly.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { writeCountedPast } from "#kit/counted_past.ts";
import { startLoad } from "#kit/load.ts";
import { pauseMidBatch, smallBatches } from "#kit/mid_batch.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";
import {
  readLogRecord,
  type Slot,
  slotsOf,
} from "../../workers/sentinel/counts/counts_log.ts";
import { IdsByOffset } from "../../workers/sentinel/counts/ids_by_offset.ts";
import {
  type Counted,
  countFact,
} from "../../workers/sentinel/detection/count_fact.ts";
import { defaultDetectorSettings } from "../../workers/sentinel/detection/detector.ts";
import { minuteOf } from "../../workers/sentinel/detection/slots.ts";
import { anomalyRecord } from "../../workers/sentinel/judge/anomaly_records.ts";
import {
  Judge,
  type JudgeSettings,
} from "../../workers/sentinel/judge/judge.ts";

const KILLS = 3;

const settings: JudgeSettings = {
  ...defaultDetectorSettings,
  learnMinutes: 15,
  graceMs: 0,
  // A kill is not to hide what the test is about.
  gapMs: 600_000,
  lagMs: 600_000,
};

const env = {
  ...smallBatches,
  EVENTFLOW_SENTINEL_LEARN_MINUTES: "15",
  EVENTFLOW_SENTINEL_GRACE_MS: "0",
  EVENTFLOW_SENTINEL_GAP_MS: "600000",
  EVENTFLOW_SENTINEL_LAG_MS: "600000",
  EVENTFLOW_SENTINEL_HEARTBEAT_MS: "500",
  EVENTFLOW_SENTINEL_TAKE_OVER_MS: "1000",
  EVENTFLOW_SENTINEL_SNAPSHOT_MS: "1000",
};

test("kill -9 of the sentinel leaves counts and anomalies exact", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes, { env });
    const { cluster, topics } = pipeline;
    // Those of the load are of another year.
    const now = minuteOf(Date.now());
    await writeCountedPast(pipeline, {
      from: now - 60,
      to: now,
      path: ["stripe", "default", "EUR", "card"],
      payments: 30,
    });
    await pipeline.start("intake", "validator", "sentinel");
    await using load = startLoad({ intake: pipeline.url("intake") });

    for (let kill = 0; kill < KILLS; kill++) {
      await pauseMidBatch(processes, pipeline, "sentinel");
      await processes.kill("sentinel");
      await processes.restart("sentinel");
    }
    await load.stop();
    await until("all was counted", () => pipeline.isFinished("sentinel"));
    assert.deepEqual(
      countedIn(
        await cluster.readAll(topics.sentinelCounts),
        topics.validated,
      ),
      recounted(await cluster.readAll(topics.validated)),
    );
    // Nobody pays in these minutes, which is out of the usual: it is told once.
    await until(
      "an anomaly was told",
      async () => (await cluster.readAll(topics.anomalies)).length > 0,
    );
    await processes.kill("sentinel");

    const log = await cluster.readAll(topics.sentinelCounts);
    const told = (await cluster.readAll(topics.anomalies))
      .map(({ value }) => String(value));
    assert.deepEqual(
      told,
      judgedOffline(log, topics.anomalies).slice(0, told.length),
    );
    const first = Anomaly.parse(JSON.parse(told[0] ?? ""));
    assert.deepEqual([first.signal, first.direction], ["volume", "down"]);
  }));

function countedIn(log: readonly ReceivedRecord[], topic: string): Slot[] {
  const all = log.flatMap(({ value }) => {
    const record = readLogRecord(value);
    return record?.kind === "counts" && record.topic === topic
      ? record.slots
      : [];
  });
  return slotsOf(all.map((slot) => ({ ...slot, timeMs: 0 })));
}

function recounted(records: readonly ReceivedRecord[]): Slot[] {
  const partitions = new Map<number, IdsByOffset>();
  const counted: Counted[] = [];
  for (const { value, partition, offset } of records) {
    const parsed = parseEvent(value);
    assert.ok(parsed.ok);
    const ids = partitions.get(partition) ?? new IdsByOffset();
    partitions.set(partition, ids);
    const { event_id } = parsed.value;
    ids.add(event_id, offset);
    const one = countFact(parsed.value, ids.isRepeated(event_id, offset));
    if (one !== undefined) counted.push(one);
  }
  return slotsOf(counted);
}

function judgedOffline(
  log: readonly ReceivedRecord[],
  topic: string,
): string[] {
  const judge = new Judge(settings);
  return log.flatMap(({ value, offset }) => {
    const record = readLogRecord(value);
    return (record ? judge.take(record) : []).map((finding) =>
      String(
        anomalyRecord(topic, finding, { settings, countsOffset: offset }).value,
      )
    );
  });
}
