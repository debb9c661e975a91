/**
 * What autoscaling makes of an outage and of a backlog, asked of Prometheus' own engine: by the query as it ships, every 15 seconds,
 * as KEDA asks it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test, type TestContext } from "node:test";
import { stringify } from "yaml";
import { runCheck } from "../../../monitoring/checks.ts";
import { prometheusPrograms } from "../../../monitoring/prometheus/install.ts";
import { autoscaling, lagQuery } from "./autoscaling.ts";
import { parts } from "../../parts/parts.ts";
import { production } from "./values.ts";

const EVERY_SECONDS = 15;
const perMinute = 60 / EVERY_SECONDS;
const { minReplicas } = production.worker;
const perPod = Number(production.keda.lagSecondsPerPod);
const { namespace } = production;
const query = lagQuery("persistence", production);

/** Pods that the autoscaler asks for, as it counts them by AverageValue; no series if the number is to stay as it is. */
const pods = `clamp_min(ceil((${query}) / ${perPod}), ${minReplicas})`;
const furtherPods = `(${pods}) > ${minReplicas}`;

/** Series as the Prometheus operator has them: with the namespace of the pod that was asked. */
const seriesOf = (namespace: string) => ({
  lag:
    `eventflow_group_lag_seconds{namespace="${namespace}",group="persistence-writer",topic="events.validated.v1",partition="0"}`,
  members:
    `eventflow_group_members{namespace="${namespace}",group="persistence-writer"}`,
  paused: (pod: string, job = "persistence") =>
    `eventflow_worker_paused_partitions{namespace="${namespace}",job="${job}",instance="${pod}",reason="retrying"}`,
  heldBack:
    `eventflow_partition_held_back_seconds{namespace="${namespace}",topic="events.validated.v1",partition="0"}`,
});
const { lag, members, paused, heldBack } = seriesOf(namespace);
const ofOthers = paused("z", "analytics");

/** Samples for so many minutes, as promtool has them: `0x3` is 0 and three times more. */
const stays = (value: number | "_", minutes: number) =>
  `${value}x${minutes * perMinute - 1}`;

/** Records wait for as long as time goes on. */
const grows = (minutes: number) =>
  `0+${EVERY_SECONDS}x${minutes * perMinute - 1}`;

const waits = (samples: readonly string[]) => samples.join(" ");

test("a database that is away for 10 minutes makes no pod, neither then nor when it is back", async (t) => {
  await ask(t, {
    series: {
      [lag]: waits([stays(0, 5), grows(10), "500 300 100 50", stays(0, 10)]),
      [members]: stays(2, 30),
      [paused("a")]: waits([stays(0, 5), stays(2, 10), stays(0, 15)]),
      [paused("b")]: waits([stays(0, 5), stays(1, 10), stays(0, 15)]),
    },
    minutes: { from: 0, to: 25 },
    expr: `count(${furtherPods}) or vector(0)`,
    is: 0,
  });
  // Nor does it take one away: with no answer the number stays as it is.
  await ask(t, {
    series: {
      [lag]: waits([stays(0, 5), grows(10)]),
      [members]: stays(2, 15),
      [paused("a")]: waits([stays(0, 5), stays(2, 10)]),
      [paused("b")]: waits([stays(0, 5), stays(1, 10)]),
    },
    minutes: { from: 6, to: 14 },
    expr: `absent(${pods})`,
    is: 1,
  });
});

test("a backlog that nothing holds up makes a pod for each 20 seconds of it", async (t) => {
  const series = {
    [lag]: grows(10),
    [members]: stays(2, 10),
    [paused("a")]: stays(0, 10),
    [paused("b")]: stays(0, 10),
    // Somebody else's wait is none of it.
    [ofOthers]: stays(3, 10),
  };
  await ask(t, {
    series,
    minutes: { from: 1, to: 1 },
    expr: pods,
    is: 3,
  });
  await ask(t, {
    series,
    minutes: { from: 2, to: 2 },
    expr: pods,
    is: 6,
  });
});

test("what is left of a backlog five minutes after the wait makes pods", async (t) => {
  await ask(t, {
    series: {
      [lag]: waits([grows(10), stays(600, 10)]),
      [members]: stays(2, 20),
      [paused("a")]: waits([stays(1, 10), stays(0, 10)]),
    },
    minutes: { from: 16, to: 19 },
    expr: furtherPods,
    is: 30,
  });
});

test("nothing is changed while it is not known whether pods would help", async (t) => {
  const backlog = {
    [lag]: grows(10),
    [members]: stays(2, 10),
    [paused("a")]: stays(0, 10),
  };
  const { [lag]: _lag, ...withoutObserver } = backlog;
  const { [paused("a")]: _paused, ...withoutWorkers } = backlog;
  const cases = {
    "Kafka or the observer is away": withoutObserver,
    "no worker answers Prometheus": withoutWorkers,
    "no worker is in the group, as they cannot start": {
      ...backlog,
      [members]: stays(0, 10),
    },
    "an open transaction hides what is to be read": {
      ...backlog,
      [heldBack]: stays(90, 10),
    },
  };
  for (const [name, series] of Object.entries(cases)) {
    await ask(t, {
      name,
      series,
      minutes: { from: 5, to: 9 },
      expr: `absent(${pods})`,
      is: 1,
    });
  }
});

test("another installation that the same Prometheus watches changes nothing, whether it has a backlog or waits", async (t) => {
  const other = seriesOf("elsewhere");
  await ask(t, {
    name: "its backlog",
    series: {
      [lag]: stays(0, 10),
      [members]: stays(2, 10),
      [paused("a")]: stays(0, 10),
      [other.lag]: grows(10),
      [other.members]: stays(2, 10),
      [other.paused("a")]: stays(0, 10),
    },
    minutes: { from: 1, to: 9 },
    expr: pods,
    is: minReplicas,
  });
  await ask(t, {
    name: "its outage, beside a backlog of ours",
    series: {
      [lag]: grows(10),
      [members]: stays(2, 10),
      [paused("a")]: stays(0, 10),
      [other.paused("a")]: stays(3, 10),
      [other.heldBack]: stays(90, 10),
    },
    minutes: { from: 2, to: 2 },
    expr: pods,
    is: 6,
  });
});

test("every worker that shares a group is scaled, from two pods to one for each partition", () => {
  const { resources } = autoscaling(production);
  assert.deepEqual(
    resources.map(({ metadata, spec }) => {
      assert.ok(typeof spec === "object" && spec !== null);
      assert.ok("minReplicaCount" in spec && "maxReplicaCount" in spec);
      return [metadata.name, spec.minReplicaCount, spec.maxReplicaCount];
    }),
    parts.filter(({ kind }) => kind === "worker")
      .map(({ name }) => [name.replaceAll("_", "-"), 2, 6]),
  );
});

/** Asks an expression every 15 seconds of a time, and expects the same of it each time. */
async function ask(
  t: TestContext,
  { name = t.name, series, minutes, expr, is }: {
    name?: string;
    series: Readonly<Record<string, string>>;
    minutes: { readonly from: number; readonly to: number };
    expr: string;
    is: number;
  },
): Promise<void> {
  const programs = await prometheusPrograms(() => {});
  if ("missing" in programs) {
    assert.notEqual(process.env.CI, "true", programs.missing);
    return t.skip(programs.missing);
  }
  const times = Array.from(
    { length: (minutes.to - minutes.from) * perMinute + 1 },
    (_, index) => minutes.from * 60 + index * EVERY_SECONDS,
  );
  const folder = await mkdtemp(join(tmpdir(), "eventflow-autoscaling-"));
  try {
    const file = join(folder, "test.yaml");
    await writeFile(
      file,
      stringify({
        tests: [{
          name,
          interval: `${EVERY_SECONDS}s`,
          input_series: Object.entries(series)
            .map(([series, values]) => ({ series, values })),
          promql_expr_test: times.map((seconds) => ({
            expr,
            eval_time: `${seconds}s`,
            exp_samples: [{ labels: "{}", value: is }],
          })),
        }],
      }),
    );
    const { ok, output } = await runCheck({
      name,
      program: programs.promtool,
      args: ["test", "rules", file],
    });
    assert.ok(ok, output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
