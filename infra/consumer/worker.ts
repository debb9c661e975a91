import type { Config, Settings } from "#runtime/config.ts";
import { describeError, FatalError } from "#runtime/errors.ts";
import type { Service } from "#runtime/lifecycle.ts";
import { needsOfWorker } from "#kafka/access/needs.ts";
import type { Work } from "#kafka/access/work.ts";
import { isCompacted } from "#kafka/is_compacted.ts";
import {
  type OpenedKafka,
  openKafka,
  type OperationsPort,
} from "#kafka/open_kafka.ts";
import type { GroupConsumer, KafkaClient } from "#kafka/port.ts";
import { contractOf } from "#kafka/settings.ts";
import { addressedTo } from "./replay.ts";
import { batchTraces } from "./batch_trace.ts";
import { CountedRecords } from "./counted_records.ts";
import type { Handler, WorkerMetrics } from "./handler.ts";
import { Contiguity } from "./contiguity.ts";
import { DeadLetterCap } from "./dead_letter_cap.ts";
import { FetchPace } from "./fetch_pace.ts";
import { followed, type Follower } from "./follower.ts";
import { PartitionProcessor } from "./partition_processor.ts";
import { PartitionProcessors } from "./partition_processors.ts";
import { watchMovement } from "./movement.ts";
import { Ownership } from "./ownership.ts";
import { Decisions } from "./decisions.ts";
import { LostPartitions } from "./lost_partitions.ts";
import { processorEvents } from "./occurrences.ts";
import { OutageRule } from "./outage_rule.ts";
import { Pauses } from "./pauses.ts";
import { Committer } from "./committer.ts";
import { outputOf } from "./output.ts";
import { Watchdog } from "./watchdog.ts";
import { commonWorkerMetrics, measureWaiting } from "./worker_metrics.ts";
import { TooLargeRule } from "./too_large_rule.ts";
import type { workerSettings } from "./worker_settings.ts";

/** How often a partition in which nothing happens is looked at. */
const VERIFY_EVERY_MS = 30_000;

/** How often it is looked whether somebody has decided about a partition that has stopped. */
const LOOK_EVERY_MS = 5_000;

/** Share of the drain's time after which the group is left, whatever is still in hand. */
const LEAVE_AFTER = 0.8;

export type WorkerOptions = Omit<Work, "outputTopics"> & Opened & {
  /** Topics the handler forwards to. */
  readonly outputTopics?: readonly string[];
  /** What is done with a record, as a verb: the name of its span. */
  readonly operation?: string;
  readonly handle: Handler;
  readonly metrics: WorkerMetrics;
  readonly clock?: () => Date;
  /** Told of what is fetched, dealt out and committed. */
  readonly follower?: Follower;
  /** How what follows is written and the position moved. Absent: in one transaction, exactly once. */
  readonly committer?: (kafka: KafkaClient) => WorkerCommitter;
};

/**
 * Kafka, of a service that had to reach it before it works, with all that a worker needs, and that serves health and metrics
 * already. Else both are done here.
 */
type Opened =
  | { readonly opened: OpenedKafka }
  | OperationsPort & { readonly opened?: undefined };

type WorkerCommitter = Pick<
  Committer,
  "commit" | "verify" | "endLast" | "close"
>;

/**
 * Runs a handler over a topic: joins the group, gives each partition a processor, writes what follows and
 * moves the position in one step, and tells health and metrics. Returns once the group is joined.
 *
 * @throws {StartError} if Kafka, a topic or a right is missing, or the port is taken
 */
export async function startWorker<S extends Settings>(
  service: Service<S & typeof workerSettings>,
  options: WorkerOptions,
): Promise<void> {
  const { topic, groupId, metrics, follower } = options;
  const handle = addressedTo(service.name, options.handle);
  const { clock = () => new Date(), operation = "process" } = options;
  const config: Config<typeof workerSettings> = service.config;
  const { log, readiness } = service;
  const outputTopics = [config.deadLetterTopic, ...options.outputTopics ?? []];

  const { kafka, admin } = options.opened ?? await openKafka(service, {
    ...options,
    needs: needsOfWorker(
      { topic, groupId, outputTopics: options.outputTopics ?? [] },
      config.deadLetterTopic,
    ),
  });

  const common = commonWorkerMetrics(service.metrics, service.name);
  const output = outputOf({
    service: service.name,
    deadLetterTopic: config.deadLetterTopic,
    clock,
  });
  const traces = service.tracing &&
    batchTraces(service.tracing, { operation, topic, groupId });
  const pauses = new Pauses({ readiness, metrics: common });
  const watchdog = new Watchdog({
    unreadyMs: config.stallUnreadyMs,
    exitMs: config.stallExitMs,
  });
  const counted = new CountedRecords();
  const outage = new OutageRule(config.outageAfterKeys);
  const cap = new DeadLetterCap({
    perMinute: config.deadLettersPerMinute,
    clock: () => performance.now(),
  });
  const tooLarge = new TooLargeRule({
    outage: new OutageRule(config.outageAfterKeys),
    contractBytes: (topic) => contractOf(config, topic)?.maxMessageBytes ?? 0,
  });
  const mayCompact = await isCompacted(admin, topic);
  let consumer: GroupConsumer | undefined = undefined;
  const rejoin = (reason: string) => consumer?.rejoin(reason);
  const decisions = new Decisions({ admin, groupId, topic, rejoin });
  const lost = new LostPartitions({
    rejoin(reason) {
      log.warn("{reason}: it is joined again", { reason });
      rejoin(reason);
    },
  });
  const processors = new PartitionProcessors((partition, after) => {
    const committer = options.committer?.(kafka) ?? new Committer({
      kafka,
      admin,
      groupId,
      topic,
      partition,
      outputTopics,
      isCompacted: mayCompact,
      tell: (sentence) => log.warn(sentence, { partition }),
    });
    const endLast = () =>
      committer.endLast().catch((error) =>
        log.debug(describeError(error), { partition })
      );
    const events = processorEvents({
      service,
      partition,
      deadLetterTopic: config.deadLetterTopic,
      metrics,
      common,
      pauses,
      counted,
      watchdog,
      clock,
    });
    return new PartitionProcessor({
      handle,
      output,
      outage,
      cap,
      tooLarge,
      traces,
      committer: follower === undefined ? committer : {
        commit: followed((batch) => committer.commit(batch), {
          follower,
          partition,
        }),
        verify: () => committer.verify(),
        close: () => committer.close(),
      },
      contiguity: new Contiguity({
        topic,
        partition,
        isCompacted: mayCompact,
      }),
      events: {
        ...events,
        stopped(error) {
          events.stopped(error);
          decisions.await(partition);
        },
        lost(error) {
          events.lost(error);
          lost.await(partition);
        },
        ended() {
          events.ended();
          decisions.forget(partition);
          lost.forget(partition);
          follower?.ended(partition);
        },
      },
      limits: {
        batch: {
          maxRecords: config.batchMaxRecords,
          maxBytes: config.batchMaxBytes,
        },
        maxWaitingBytes: config.maxWaitingBytes,
        retryBaseMs: config.retryBaseMs,
        retryMaxMs: config.retryMaxMs,
      },
    }, after.then(endLast));
  });

  const ownership = new Ownership({
    admin,
    groupId,
    topic,
    readiness,
    log,
    rejoin,
    clock: () => performance.now(),
  });
  measureWaiting(service.metrics, () => processors.waitingBytes);
  const movement = watchMovement({
    service,
    admin,
    groupId,
    topic,
    common,
    watchdog,
    ownership,
    heldBackMs: config.heldBackMs,
  });
  service.draining.addEventListener("abort", movement.stop);

  const pace = new FetchPace(config.batchLingerMs);
  readiness.block("group", `joining ${groupId}`);
  consumer = await kafka.join({
    groupId,
    topic,
    listener: {
      received(received) {
        follower?.received(received);
        processors.received(received);
        return pace.after(received);
      },
      revoked() {
        pace.hurry();
        readiness.block("group", `joining ${groupId}`);
        watchdog.joining();
        processors.revoked();
      },
      assigned(partitions) {
        readiness.clear("group");
        watchdog.assigned(partitions);
        ownership.assigned(partitions);
        follower?.assigned(partitions);
        processors.assigned(partitions);
        log.info("Assigned partitions {partitions} of {topic}", {
          partitions: partitions.join(", ") || "none",
          topic,
        });
      },
      denied(error) {
        const reason = describeError(error);
        if (readiness.block("group", reason)) log.warn("{reason}", { reason });
      },
      crashed: (cause) =>
        service.fail(new FatalError("The Kafka consumer ended", { cause })),
    },
  });
  const timers = [
    setInterval(() => processors.verify(), VERIFY_EVERY_MS),
    setInterval(() => void decisions.look(), LOOK_EVERY_MS),
  ];
  service.defer(() => timers.forEach(clearInterval));
  // In reverse: the batches in hand are finished, then the group is left. If a handler hangs, the
  // group is left all the same, so that the others need not wait for the session to find out.
  service.defer(() => processors.close());
  service.defer(() => consumer?.close());
  service.defer(() =>
    processors.closeWithin(service.config.drainTimeoutMs * LEAVE_AFTER)
  );
}
