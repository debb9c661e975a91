import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { untilFlowing } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import {
  openPipeline,
  type Pipeline,
  type ServiceName,
} from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";
import { until } from "#kit/until.ts";
import { releaseRoot, whyNoRelease } from "../releases/check_out.ts";
import { releaseBefore } from "../releases/releases.ts";

/** What payments wait for has two instances: one goes on while the other is replaced. */
const first: readonly ServiceName[] = [
  "intake",
  "validator",
  "persistence",
  "analytics",
  "enrichment",
];
const second: readonly ServiceName[] = ["validator", "persistence"];
const EVENTS_PER_SECOND = 60;

test("an upgrade beside the release before, and back, loses and doubles nothing", async (t) => {
  const why = await whyNoRelease(releaseBefore);
  if (why !== undefined) return t.skip(why);
  await withProcesses(async (processes) => {
    const before = await releaseRoot(releaseBefore);
    await using pipeline = await openPipeline(processes, { root: before });
    const replaceFirst = async (root: string) => {
      await Promise.all(first.map((name) => processes.stop(name)));
      await pipeline.startFrom(root, ...first);
    };
    const startSecond = (root: string) =>
      Promise.all(
        second.map((name) =>
          pipeline.startAnother(name, `${name}-2`, {}, root)
        ),
      );
    const replaceSecond = async (root: string) => {
      await Promise.all(second.map((name) => processes.stop(`${name}-2`)));
      await startSecond(root);
    };

    await pipeline.startFrom(before, ...first);
    await startSecond(before);
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: EVENTS_PER_SECOND,
    });
    const flowing = (when: string) => untilFlowing(pipeline, load, when);
    await flowing("through the release before");

    // The schema comes first, as docs/upgrading.md says: the release before goes on with it.
    await pipeline.migrate();
    await flowing("through the release before, on this version's schema");

    await replaceFirst(repositoryRoot);
    await untilEachHasItsShare(pipeline);
    await replaceSecond(repositoryRoot);
    await flowing("through this version");

    // And back: the schema stays.
    await replaceFirst(before);
    await untilEachHasItsShare(pipeline);
    await replaceSecond(before);
    await flowing("through the release before, brought back");

    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  });
});

/** Waits until both versions, side by side, have finished further records: as validator and as persistence. */
async function untilEachHasItsShare(pipeline: Pipeline): Promise<void> {
  const counters = [
    ["validator", "eventflow_validator_events_validated_total"],
    ["persistence", "eventflow_persistence_stored_total"],
  ] as const;
  await Promise.all(
    counters.flatMap(([service, counter]) =>
      [service, `${service}-2`].map(async (name) => {
        const finished = async () => await pipeline.metric(name, counter) ?? 0;
        const already = await finished();
        await until(
          `${name} had its share`,
          async () => await finished() > already,
        );
      })
    ),
  );
}
