import type { Settings } from "../../config.ts";
import type { Service } from "../../lifecycle.ts";
import type { KafkaAdmin } from "../port.ts";
import { watchLag } from "./lag.ts";
import { stallEvents } from "./occurrences.ts";
import type { Watchdog } from "./watchdog.ts";
import type { CommonWorkerMetrics } from "./worker_metrics.ts";

const CHECK_INTERVAL_MS = 1_000;

/** Measures lag and has the watchdog check that it is worked on, until the service drains. */
export function watchMovement<S extends Settings>(
  { service, admin, groupId, topic, common, watchdog }: {
    service: Pick<Service<S>, "log" | "readiness" | "fail">;
    admin: KafkaAdmin;
    groupId: string;
    topic: string;
    common: CommonWorkerMetrics;
    watchdog: Watchdog;
  },
): { stop(): void } {
  const { log } = service;
  const gauge = common.lag;
  const lag = watchLag({ admin, groupId, topic, log, gauge, watchdog });
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
