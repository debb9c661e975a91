import { sleep } from "#runtime/backoff.ts";
import { describeError } from "#runtime/errors.ts";
import type { Service } from "#runtime/lifecycle.ts";
import { needsOfSentinel } from "#kafka/access/needs.ts";
import { works } from "#kafka/access/work.ts";
import { openKafka } from "#kafka/open_kafka.ts";
import { startWorker } from "#consumer/worker.ts";
import { countBatch } from "./counts/count_batch.ts";
import { defaultDetectorSettings } from "./detection/detector.ts";
import { pathText } from "./detection/segment.ts";
import { JudgeSeat } from "./judge/judge_seat.ts";
import { anomalyMetrics, sentinelMetrics } from "./metrics.ts";
import { sentinelSettings } from "./settings.ts";

/** Looks so often at the seat: a heartbeat is no older than this when it is judged. */
const LOOKS_PER_HEARTBEAT = 2;

/**
 * Starts what counts, and what judges by the counts.
 *
 * @param clock by which heartbeats are written: milliseconds since the epoch
 */
export async function openSentinel(
  service: Service<typeof sentinelSettings>,
  { clock = Date.now }: { readonly clock?: () => number } = {},
): Promise<void> {
  const { config, log, draining } = service;
  const opened = await openKafka(service, {
    needs: needsOfSentinel(config),
    compacted: [config.sentinelStateTopic],
    port: config.port,
    portEnv: sentinelSettings.port.env,
  });
  const work = works.sentinel(config);
  const { kafka, admin } = opened;
  await startWorker(service, {
    ...work,
    opened,
    operation: "count",
    handle: countBatch({
      kafka,
      topic: work.topic,
      countsTopic: config.sentinelCountsTopic,
    }),
    metrics: sentinelMetrics(service.metrics),
  });

  const metrics = anomalyMetrics(service.metrics);
  const seat = new JudgeSeat({
    kafka,
    admin,
    topics: {
      anomalies: config.anomaliesTopic,
      counts: config.sentinelCountsTopic,
      state: config.sentinelStateTopic,
      rejected: config.rejectedTopic,
      unmapped: config.unmappedTopic,
    },
    transactionalId: `${config.groupId}.${config.sentinelCountsTopic}`,
    stages: [
      { topic: config.rawTopic, groupId: config.validatorGroup },
      { topic: work.topic, groupId: config.groupId },
    ],
    settings: {
      ...defaultDetectorSettings,
      falseAlarmsPerWeek: config.falseAlarmsPerWeek,
      learnMinutes: config.learnMinutes,
      graceMs: config.graceMs,
      gapMs: config.gapMs,
      lagMs: config.lagMs,
    },
    heartbeatMs: config.heartbeatMs,
    snapshotMs: config.snapshotMs,
    takeOverMs: config.takeOverMs,
    clock,
    events: {
      seated: (from) =>
        log.info("Judges from record {from} of counts on", { from }),
      found(finding) {
        metrics.found(finding);
        const { series, direction, path } = finding.alarm;
        log.warn("Anomaly {state}: {series} {direction} of {segment}", {
          state: finding.state,
          series,
          direction,
          segment: pathText(path),
        });
      },
      judged: metrics.judged,
      left: metrics.left,
    },
  });
  service.defer(() => seat.leave());
  void keepJudging();

  async function keepJudging(): Promise<void> {
    let isKnown = true;
    while (!draining.aborted) {
      try {
        await seat.turn();
        isKnown = true;
      } catch (error) {
        if (draining.aborted) return;
        const reason = describeError(error);
        if (isKnown) log.warn("Cannot judge: {reason}", { reason });
        isKnown = false;
      }
      await sleep(config.heartbeatMs / LOOKS_PER_HEARTBEAT, draining);
    }
  }
}
