import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { promisify } from "node:util";
import { seconds, untilBack, untilFlowing } from "#kit/flowing.ts";
import { startLoad } from "#kit/load.ts";
import { leaderOf, startCluster, whyNoBroker } from "#kit/own_servers.ts";
import { openPipeline } from "#kit/pipeline.ts";
import { withProcesses } from "#kit/processes.ts";
import { proveNothingLostOrDoubled } from "#kit/proof.ts";

const services = ["intake", "validator", "persistence"] as const;
/** What a log may still take: so little that it is over within seconds, and amid a batch. */
const SPACE_LEFT_BYTES = 16 * 1024;

test("a full disk on one of three brokers loses and doubles nothing", async (t) => {
  const reason = await whyNoBroker() ?? await whyNoLimit();
  if (reason !== undefined) return t.skip(reason);
  await withProcesses(async (processes) => {
    const kafka = await startCluster(processes);
    await using pipeline = await openPipeline(processes, { kafka });
    await pipeline.start(...services);
    await using load = startLoad({
      intake: pipeline.url("intake"),
      perSecond: 50,
    });
    await untilFlowing(pipeline, load, "with three brokers");

    const full = await leaderOf(kafka, pipeline.topics.raw, 0);
    const logs = await largestLogBytes(join(processes.folder, full));
    await limitFiles(processes.pid(full), logs + SPACE_LEFT_BYTES);
    const { code } = await processes.exited(full);
    assert.notEqual(code, 0, "a broker that cannot write does not go on");
    const two = await untilFlowing(pipeline, load, "with two brokers");

    await processes.restart(full);
    const back = await untilBack(
      pipeline,
      services,
      load,
      "with three brokers again",
    );
    console.log(
      `without ${full}: 202 after ${seconds(two.acceptedMs)}, a row after ` +
        `${seconds(two.rowMs)}; with space again: ${back}`,
    );
    await load.stop();
    await proveNothingLostOrDoubled(pipeline, load.accepted);
  });
});

/** Why files cannot be limited here, or undefined if they can. */
async function whyNoLimit(): Promise<string | undefined> {
  try {
    await limitFiles(process.pid);
    return undefined;
  } catch (error) {
    return `No prlimit (util-linux): ${String(error)}`;
  }
}

/** Lets no file of a process grow past a size: it is refused what does not fit, as on a full disk. */
async function limitFiles(pid: number, bytes?: number): Promise<void> {
  const limit = bytes === undefined ? "--fsize" : `--fsize=${bytes}:${bytes}`;
  await promisify(execFile)("prlimit", ["--pid", `${pid}`, limit]);
}

async function largestLogBytes(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const logs = files.filter((file) => file.endsWith(".log"));
  const sizes = logs.map(async (file) => (await stat(join(folder, file))).size);
  return Math.max(...await Promise.all(sizes));
}
