import { test } from "node:test";
import { startLoad } from "#kit/load.ts";
import { untilFinished } from "#kit/proof.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { until } from "#kit/until.ts";

test("a group nobody works for is seen with its lag and its money", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    await pipeline.start("intake", "validator", "persistence", "observer");
    const group = pipeline.groups.persistence;
    const seen = (metric: string, labels: Record<string, string>) =>
      pipeline.metric("observer", `eventflow_${metric}`, labels);
    const members = () => seen("group_members", { group });
    const lag = () => seen("group_lag_records", { group });
    const seconds = () => seen("group_lag_seconds", { group });
    const money = () =>
      seen("money_at_risk", { where: "unstored", currency: "EUR" });

    await until("the group had its member", async () => await members() === 1);
    await processes.kill("persistence");
    await using load = startLoad({ intake: pipeline.url("intake") });
    await until("its loss was seen", async () => await members() === 0);
    await until("lag grew", async () => (await lag() ?? 0) > 100);
    await until("it grew in seconds", async () => (await seconds() ?? 0) > 5);
    await load.stop();
    const good = load.accepted.filter(({ isGood }) => isGood);
    // A duplicate that was sent on purpose waits beside the first.
    const atLeast = good.length * 49.9 - 0.01;
    await until(
      "all of the money was seen",
      async () => (await money() ?? 0) >= atLeast,
    );

    await processes.restart("persistence");
    await until("its return was seen", async () => await members() === 1);
    await untilFinished(pipeline);
    await until("nothing was behind", async () => await lag() === 0);
    await until("no second was", async () => await seconds() === 0);
    await until("no money was at risk", async () => await money() === 0);
  }));
