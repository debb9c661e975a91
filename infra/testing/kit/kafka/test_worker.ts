/** For tests with a real broker: a whole worker in this process. */
import { randomUUID } from "node:crypto";
import process from "node:process";
import { sleep } from "#runtime/backoff.ts";
import { readConfig } from "#runtime/config.ts";
import { Readiness } from "#runtime/health.ts";
import type { Service } from "#runtime/lifecycle.ts";
import { silentLog } from "#runtime/log.ts";
import { Metrics } from "#runtime/metrics.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import type { TestCluster } from "./test_cluster.ts";
import type { Handler } from "#consumer/handler.ts";
import { startWorker, type WorkerOptions } from "#consumer/worker.ts";
import { workerSettings } from "#consumer/worker_settings.ts";

/** A worker in this process, on topics of its own. `stop` drains it as SIGTERM would. */
export async function startedWorker(
  cluster: TestCluster,
  { handle, env = {}, ...given }: {
    handle: Handler;
    env?: Record<string, string>;
    topic?: string;
    outputTopics?: string[];
    groupId?: string;
    committer?: WorkerOptions["committer"];
  },
) {
  const topic = given.topic ?? await cluster.freshTopic();
  const deadLetters = await cluster.freshTopic();
  const groupId = given.groupId ?? randomUUID();
  const draining = new AbortController();
  const closings: (() => Promise<void> | void)[] = [];
  const failed = Promise.withResolvers<unknown>();
  const readiness = new ToldReadiness();
  const service: Service<typeof workerSettings> = {
    name: "demo",
    config: readConfig("demo", { ...workerSettings, ...serviceSettings }, {
      KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA,
      EVENTFLOW_DLQ_TOPIC: deadLetters,
      EVENTFLOW_RETRY_MAX_MS: "50",
      ...env,
    }),
    log: silentLog(),
    metrics: new Metrics("demo"),
    readiness,
    tracing: undefined,
    draining: draining.signal,
    defer: (close) => closings.push(close),
    fail: failed.resolve,
  };
  await startWorker(service, {
    topic,
    outputTopics: given.outputTopics ?? [],
    groupId,
    port: 0,
    portEnv: "unused",
    handle,
    ...(given.committer && { committer: given.committer }),
    metrics: { consumed() {}, committed() {}, failed() {} },
  });
  return {
    readiness,
    failed: failed.promise,
    topic,
    groupId,
    deadLetters,
    write: (...keys: string[]) =>
      cluster.write(topic, keys.map((key) => ({ key, value: key }))),
    paused: async (reason: string) => {
      const name = `eventflow_worker_paused_partitions{reason="${reason}"} `;
      const page = await service.metrics.render();
      return page.split("\n").find((line) => line.startsWith(name))
        ?.slice(name.length);
    },
    /** Records finished, in all partitions. */
    position: async () => {
      const positions = await cluster.admin.positions(groupId, topic);
      return [...positions.values()].reduce((sum, one) => sum + one, 0);
    },
    async [Symbol.asyncDispose]() {
      draining.abort();
      for (const close of closings.reverse()) await close();
    },
  };
}

/** Remembers all that was ever said. */
class ToldReadiness extends Readiness {
  readonly told = new Set<string>();
  override block(part: string, reason: string): boolean {
    this.told.add(reason);
    return super.block(part, reason);
  }
}

export async function until(condition: () => boolean | Promise<boolean>) {
  // Bun gives a test up after 120 s, Deno never.
  const deadline = performance.now() + 110_000;
  while (!await condition()) {
    if (performance.now() > deadline) {
      throw new Error(`Waited 110 s in vain: ${condition}`);
    }
    await sleep(20);
  }
}
