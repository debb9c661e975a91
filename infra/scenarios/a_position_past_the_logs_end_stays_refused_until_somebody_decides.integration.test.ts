import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { nowhere } from "#kit/kafka/test_cluster.ts";
import { repositoryRoot } from "#local/home.ts";
import { untilItSays } from "#kit/flowing.ts";
import { assertBalanced } from "#kit/audit.ts";
import { rowsStored } from "#kit/outcomes.ts";
import { eventRecord } from "#kit/payment.ts";
import { openPipeline, type Pipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { untilFinished } from "#kit/proof.ts";
import { until } from "#kit/until.ts";

const PAYMENTS = 30;
/** How far the group is past the end of what is left of the log. */
const CUT_OFF = 6;

test("a position past the log's end stays refused through restarts, also once the log has grown over it, until somebody decides", () =>
  withProcesses(async (processes) => {
    await using pipeline = await openPipeline(processes);
    const { cluster, topics, groups } = pipeline;
    const [topic, groupId] = [topics.raw, groups.validator];
    const written: string[] = [];
    const writeEvents = async (round: string) => {
      const events = Array.from(
        { length: PAYMENTS },
        (_, n) => eventRecord(`${round}-${n}`, `pay-${n}`),
      );
      await cluster.write(topic, events);
      written.push(...events.map(({ eventId }) => eventId));
    };
    const positions = () => cluster.admin.positions(groupId, topic);
    const refused = () =>
      pipeline.metric("validator", "eventflow_worker_paused_partitions", {
        reason: "position_impossible",
      }).catch(() => undefined);
    /** It does not become ready. */
    const startAnew = async () => {
      await processes.kill("validator");
      processes.restart("validator").catch(() => {});
      await until(
        "the position was refused",
        async () => await refused() === 1,
      );
    };

    await pipeline.start("validator", "persistence");
    await writeEvents("before");
    await untilFinished(pipeline);
    await processes.stop("validator");
    const ends = await cluster.admin.endOffsets(topic);
    const [partition, end] = [...ends].find(([, end]) => end > CUT_OFF) ??
      assert.fail("nothing was written");
    await move(pipeline, partition, end + CUT_OFF);

    processes.restart("validator").catch(() => {});
    await until("the position was refused", async () => await refused() === 1);
    await writeEvents("meanwhile");
    await writeEvents("over it");
    const grown = await cluster.admin.endOffsets(topic);
    assert.ok((grown.get(partition) ?? 0) > end + CUT_OFF);
    await startAnew();
    await until("the other partitions were finished", async () => {
      const now = await positions();
      return [...grown].every(([one, end]) =>
        one === partition || now.get(one) === end
      );
    });
    assert.equal((await positions()).get(partition), end + CUT_OFF);
    await untilItSays(
      pipeline,
      "validator",
      new RegExp(`is past the log's end ${end}: `),
    );
    await startAnew();

    const decide = [
      `--group=${groupId}`,
      `--topic=${topic}`,
      `--partition=${partition}`,
      `--to=${end}`,
    ];
    const { stdout } = await run(pipeline, decide);
    assert.match(stdout, new RegExp(`repeated: +offsets ${end} to `));
    await run(pipeline, [...decide, "--reason=the log was cut off", "--apply"]);
    await untilFinished(pipeline);
    await until("nothing was refused", async () => await refused() === 0);
    assert.equal(await rowsStored(pipeline), written.length);
    await assertBalanced(pipeline, written);
  }));

/** Moves the validator's group as a tool that mirrors positions does, which knows nothing of the log. */
async function move(
  { cluster, topics, groups }: Pipeline,
  partition: number,
  nextOffset: number,
): Promise<void> {
  const position = { topic: topics.raw, partition, nextOffset };
  const sender = await cluster.kafka.openTransactional(randomUUID(), nowhere);
  await sender.transact([], groups.validator, position);
  await sender.close();
}

/** `deno task positions`, as an operator runs it. */
async function run(
  { environment }: Pipeline,
  options: readonly string[],
): Promise<{ stdout: string }> {
  const program = join(repositoryRoot, "infra/operations/positions/main.ts");
  return await promisify(execFile)(
    process.execPath,
    ["run", "--allow-all", "--no-check", program, ...options],
    { cwd: repositoryRoot, env: { ...process.env, ...environment } },
  );
}
