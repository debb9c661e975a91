import { readFile, rm, symlink } from "node:fs/promises";
import { basename, join } from "node:path";
import process from "node:process";
import { sleep } from "#runtime/backoff.ts";
import { startChild } from "#processes/child.ts";
import type { Home } from "#local/home.ts";
import { lastWords } from "#processes/log_tail.ts";
import { PidFiles } from "#processes/pid_files.ts";
import { stackSettings } from "#local/settings.ts";
import { openTemporaryHome } from "#local/temporary_home.ts";
import type { Bench, Stage } from "../bench.ts";
import type { Checkout } from "../checkout.ts";
import { takeTurns } from "../comparison.ts";
import { EVENTFLOW } from "../result.ts";

const FIRST = "first start";
const SECOND = "second start";
const LOOK_EVERY_MS = 20;
const START_WITHIN_MS = 120_000;
const STOP_WITHIN_MS = 60_000;

export const start: Stage = {
  name: "start",
  method:
    "`deno task up` on this machine, from its launch until it says that all is up: first without any data, then again with those of the first start. Kafka and the packages are there already.",
  async run(bench) {
    bench.record.aim({
      stage: "start",
      figure: seconds.figure,
      subject: EVENTFLOW,
      at: SECOND,
      atMost: 15,
    });
    await takeTurns(
      bench,
      bench.checkouts.map((checkout) => ({
        name: checkout.subject,
        go: () => startTwice(bench, checkout),
      })),
    );
  },
};

async function startTwice(
  bench: Bench,
  { subject, root }: Checkout,
): Promise<void> {
  const { home: { logs, kafkaJars }, record, stopping } = bench;
  const { home, remove } = await openTemporaryHome("eventflow-bench-start-");
  try {
    await symlink(kafkaJars, join(home.root, basename(kafkaJars)));
    for (const at of [FIRST, SECOND]) {
      stopping.throwIfAborted();
      const log = join(logs, `up, ${at}.log`);
      await rm(log, { force: true });
      const took = await secondsToReady({ root, home, log, stopping });
      record.add({ ...seconds, subject, at }, took);
    }
  } finally {
    // Only what had to be killed leaves something running.
    await new PidFiles(home.pids).endAll(10_000);
    await remove();
  }
}

async function secondsToReady(
  { root, home, log, stopping }: {
    root: string;
    home: Home;
    log: string;
    stopping: AbortSignal;
  },
): Promise<number> {
  const began = performance.now();
  const stack = await startChild({
    program: process.execPath,
    args: ["task", "up"],
    cwd: root,
    env: {
      EVENTFLOW_HOME: home.root,
      ...Object.fromEntries(
        Object.values(stackSettings).map(({ env }) => [env, "0"]),
      ),
    },
    stopSignal: "SIGINT",
  }, log);
  try {
    while (!/^Up after /m.test(await readFile(log, "utf8"))) {
      if (!stack.isRunning() || performance.now() - began > START_WITHIN_MS) {
        throw new Error(
          `deno task up did not come up: ${await lastWords(log)}`,
        );
      }
      await sleep(LOOK_EVERY_MS, stopping);
      stopping.throwIfAborted();
    }
    return (performance.now() - began) / 1_000;
  } finally {
    // A terminal's Ctrl-C reaches all that it runs.
    stack.signal("SIGINT");
    await stack.stop(STOP_WITHIN_MS);
  }
}

const seconds = {
  stage: "start",
  figure: "seconds to ready",
  unit: "s",
  better: "less",
} as const;
