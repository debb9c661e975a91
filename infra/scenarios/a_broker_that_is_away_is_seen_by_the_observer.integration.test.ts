import { test } from "node:test";
import { startCluster } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";

test("a broker that is away is seen by the observer, and so is a cluster that does not answer", () =>
  withProcesses(async (processes) => {
    const kafka = await startCluster(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    await pipeline.start("observer");
    const seen = (metric: string) =>
      pipeline.metric("observer", `eventflow_kafka_${metric}`);
    const untilSeen = (metrics: Record<string, number | undefined>) =>
      until(`the observer saw ${JSON.stringify(metrics)}`, async () => {
        for (const [metric, value] of Object.entries(metrics)) {
          if (await seen(metric) !== value) return false;
        }
        return true;
      });
    const untilReplicas = (isSo: (missing: number) => boolean) =>
      until(
        "replicas were as they should",
        async () => isSo(await seen("under_replicated_partitions") ?? -1),
      );

    await untilSeen({ reachable: 1, brokers: 3, offline_partitions: 0 });
    await untilReplicas((missing) => missing === 0);
    await processes.kill("kafka-3");
    await untilSeen({ reachable: 1, brokers: 2, offline_partitions: 0 });
    await untilReplicas((missing) => missing > 0);
    await processes.kill("kafka-2");
    await processes.kill("kafka-1");
    await untilSeen({ reachable: 0, brokers: undefined });
    await Promise.all(
      ["kafka-1", "kafka-2", "kafka-3"].map((name) => processes.restart(name)),
    );
    await untilSeen({ reachable: 1, brokers: 3, offline_partitions: 0 });
    await untilReplicas((missing) => missing === 0);
  }));
