/**
 * What happens in a worker, each thing with its metric, its log line and its effect on readiness in
 * one place.
 *
 * @module
 */
import {
  describeError,
  exitCodes,
  FatalError,
  TransientError,
} from "#runtime/errors.ts";
import type { Service } from "#runtime/lifecycle.ts";
import type { Settings } from "#runtime/config.ts";
import { describeHeldBack, type HeldBack } from "#kafka/held_back_watch.ts";
import { receivedAtMs } from "#kafka/received_at.ts";
import { traceParentOf } from "#kafka/trace_headers.ts";
import { UnwritableError } from "#kafka/write_errors.ts";
import { isFor, isReplay, passedOver } from "./replay.ts";
import type { CountedRecords } from "./counted_records.ts";
import { rejectionsOf, type WorkerMetrics } from "./handler.ts";
import type { ProcessorEvents } from "./partition_processor.ts";
import { OutageSuspectedError } from "./outage_rule.ts";
import type { Pauses } from "./pauses.ts";
import type { Stall, Watchdog } from "./watchdog.ts";
import type { CommonWorkerMetrics, PauseReason } from "./worker_metrics.ts";

type Told<S extends Settings> = Pick<
  Service<S>,
  "log" | "readiness" | "fail"
>;

export function processorEvents<S extends Settings>(
  { service, partition, deadLetterTopic, metrics, common, pauses, ...rest }: {
    service: Pick<Service<S>, "name" | "log" | "fail">;
    partition: number;
    deadLetterTopic: string;
    metrics: WorkerMetrics;
    common: Pick<CommonWorkerMetrics, "committed" | "passedOver">;
    pauses: Pauses;
    /** Shared by all processors of the worker. */
    counted: CountedRecords;
    watchdog: Watchdog;
    clock: () => Date;
  },
): ProcessorEvents {
  const { log } = service;
  const { counted, watchdog, clock } = rest;
  const goesOn = () => {
    pauses.end(partition);
    watchdog.idle(partition);
  };
  return {
    taken: (records) =>
      metrics.consumed(records.filter((one) => isFor(service.name, one))),
    attempting: () => watchdog.attempting(partition),

    committed(batch) {
      goesOn();
      const finished = counted.take(partition, batch.results);
      const results = finished.filter(({ outcome }) => outcome !== passedOver);
      common.passedOver(finished.length - results.length);
      metrics.committed({ ...batch, results });
      const nowMs = clock().getTime();
      for (const { record, outcome } of results) {
        const receivedMs = isReplay(record) ? undefined : receivedAtMs(record);
        common.committed(
          outcome,
          receivedMs === undefined ? undefined : (nowMs - receivedMs) / 1000,
        );
        for (const { code } of rejectionsOf(outcome)) {
          // Not its message, which may quote the event.
          log.warn("Dead letter: {errorCode}", {
            errorCode: code,
            partition,
            offset: record.offset,
            traceId: traceParentOf(record)?.traceId,
          });
        }
      }
      log.debug("Committed {records} records in {seconds} s", {
        records: batch.results.length,
        seconds: batch.seconds,
        partition,
      });
    },

    superseded() {
      goesOn();
      log.info("The group was past the batch in hand already", { partition });
    },

    retrying({ records, error, attempt, delayMs }) {
      const { reason, sentence } = pauseOf(error, deadLetterTopic);
      pauses.pause(partition, reason, sentence);
      watchdog.waiting(partition);
      metrics.failed(records);
      log.warn("Try {attempt} failed, next in {delayMs} ms: {reason}", {
        attempt,
        delayMs: Math.round(delayMs),
        reason: sentence,
        partition,
        offset: records[0]?.offset,
      });
    },

    capped({ deadLetters, delayMs }) {
      const sentence =
        `${deadLetters} dead letters wait: more than EVENTFLOW_DEAD_LETTERS_PER_MINUTE allows`;
      pauses.pause(partition, "dead_letter_cap", sentence);
      watchdog.waiting(partition);
      log.warn("{reason}, next try in {delayMs} ms", {
        reason: sentence,
        delayMs: Math.round(delayMs),
        partition,
      });
    },

    ended: goesOn,
    lost: (error) => log.info("{reason}", { reason: error.message }),

    stopped(error) {
      const sentence = describeError(error);
      pauses.pause(partition, error.reason, sentence);
      watchdog.waiting(partition);
      log.error("Partition {partition} stops, others go on: {reason}", {
        partition,
        reason: sentence,
      });
    },

    failed: (error) => service.fail(error),
  };
}

/** What a partition waits for after a try that failed. */
function pauseOf(
  error: unknown,
  deadLetterTopic: string,
): { reason: PauseReason; sentence: string } {
  const why = describeError(error);
  if (error instanceof OutageSuspectedError) {
    return { reason: "outage_suspected", sentence: why };
  }
  // If other topics fail too, it is no matter of this one.
  const topics = error instanceof TransientError ? unwritableTopics(error) : [];
  if (topics.length === 1 && topics[0] === deadLetterTopic) {
    return {
      reason: "dead_letter_unwritable",
      sentence: `dead letters cannot be written to ${deadLetterTopic}: ${why}`,
    };
  }
  return { reason: "retrying", sentence: `retrying: ${why}` };
}

function unwritableTopics(error: unknown): readonly string[] {
  if (error instanceof UnwritableError) return error.topics;
  return error instanceof Error ? unwritableTopics(error.cause) : [];
}

/** Tells which partitions an open transaction holds back: an idle worker has not necessarily finished there. */
export function heldBackEvents<S extends Settings>(
  { log, readiness, clock = Date.now }:
    & Pick<Told<S>, "log">
    // Who only looks on is ready all the same.
    & Partial<Pick<Told<S>, "readiness">>
    & { clock?: () => number },
): (held: readonly HeldBack[]) => void {
  const part = "held back";
  let told = "";
  return (held) => {
    if (held.length === 0) {
      if (told !== "") {
        log.info("No transaction holds partitions back any more");
      }
      told = "";
      return readiness?.clear(part);
    }
    const reason = held.map((one) => describeHeldBack(one, clock())).join("; ");
    readiness?.block(part, reason);
    const partitions = held.map(({ partition }) => partition).join(", ");
    if (told !== partitions) log.error("{reason}", { reason });
    told = partitions;
  };
}

/** Tells what each check of the watchdog found: that something stands still, or that nothing does. */
export function stallEvents<S extends Settings>(
  { service, common }: {
    service: Told<S>;
    common: Pick<CommonWorkerMetrics, "stalled">;
  },
): (stall: Stall | undefined) => void {
  const { log, readiness } = service;
  const part = "movement";
  let told = false;
  return (stall) => {
    common.stalled.set(stall === undefined ? 0 : 1, {});
    if (stall === undefined) {
      if (told) log.info("It moves again");
      told = false;
      readiness.clear(part);
      return;
    }
    readiness.block(part, stall.sentence);
    if (!told) log.error("Stalled: {reason}", { reason: stall.sentence });
    told = true;
    if (stall.mustExit) {
      const { stalled: exitCode } = exitCodes;
      service.fail(new FatalError(`Stalled: ${stall.sentence}`, { exitCode }));
    }
  };
}
