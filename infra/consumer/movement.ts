import type { Settings } from "#runtime/config.ts";
import type { Service } from "#runtime/lifecycle.ts";
import { HeldBackWatch } from "#kafka/held_back_watch.ts";
import type { KafkaAdmin } from "#kafka/port.ts";
import { watchLag } from "./lag.ts";
import { heldBackEvents, stallEvents } from "./occurrences.ts";
import type { Ownership } from "./ownership.ts";
import type { Watchdog } from "./watchdog.ts";
import type { CommonWorkerMetrics } from "./worker_metrics.ts";

const CHECK_INTERVAL_MS = 1_000;

/**
 * Measures lag and sees to it that it is worked on, until the service drains: that each partition is some
 * member's, and that what is this member's moves.
 */
export function watchMovement<S extends Settings>(
  { service, admin, groupId, topic, common, watchdog, ownership, heldBackMs }: {
    service: Pick<Service<S>, "log" | "readiness" | "fail">;
    admin: KafkaAdmin;
    groupId: string;
    topic: string;
    common: CommonWorkerMetrics;
    watchdog: Watchdog;
    ownership: Ownership;
    /** Milliseconds after which an open transaction that holds readers back is reported. */
    heldBackMs: number;
  },
): { stop(): void } {
  const { log } = service;
  const gauge = common.lag;
  const heldBack = new HeldBackWatch({ admin, topic, afterMs: heldBackMs });
  const tellHeldBack = heldBackEvents(service);
  const lag = watchLag({
    admin,
    groupId,
    topic,
    log,
    gauge,
    watchdog,
    async seen(ends) {
      await ownership.look([...ends.keys()]);
      tellHeldBack(await heldBack.look(ends));
    },
  });
  const tell = stallEvents({ service, common });
  const checking = setInterval(
    () => tell(watchdog.check(performance.now())),
    CHECK_INTERVAL_MS,
  );
  return {
    stop() {
      clearInterval(checking);
      lag.stop();
    },
  };
}
