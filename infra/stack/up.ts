/**
 * `deno task up`: the whole pipeline on this machine, without containers, until Ctrl-C.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { sleep } from "#runtime/backoff.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { onAbandoned } from "./abandoned.ts";
import { runCommand, say } from "./command_line.ts";
import { runningStack, withdraw } from "./current_stack.ts";
import { describeFlow, readTotals } from "./flow.ts";
import { stackHome } from "./home.ts";
import { overview } from "./overview.ts";
import type { Ports } from "./settings.ts";
import { startStack } from "./start.ts";
import { Supervisor } from "./supervisor.ts";

const FLOW_INTERVAL_MS = 5_000;

new Command("deno task up")
  .description(
    "Start Kafka, PostgreSQL and every service on this machine, and stream payments through them until Ctrl-C. Ports are set by EVENTFLOW_…_PORT, the data folder by EVENTFLOW_HOME.",
  )
  .parse();
await runCommand(up);

async function up(): Promise<number> {
  const home = stackHome();
  const began = Date.now();
  const running = await runningStack(home);
  if (running !== undefined) {
    throw new StartError(
      `The stack runs already (process ${running}): stop it with Ctrl-C in its terminal or "kill ${running}".`,
      { exitCode: exitCodes.config },
    );
  }
  const stop = Promise.withResolvers<string>();
  const stopping = new AbortController();
  stop.promise.then(() => stopping.abort());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => stop.resolve(signal));
  }
  const watch = onAbandoned(() => stop.resolve("its parent process is gone"));

  const supervisor = new Supervisor({ home, say });
  try {
    const started = startStack({
      home,
      supervisor,
      say,
      stopping: stopping.signal,
    }).then((ports) => {
      if (stopping.signal.aborted) return;
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      say(`\nUp after ${seconds} s.\n\n${overview(ports, home)}\n`);
      return reportFlow(ports, stopping.signal);
    });
    // What breaks the start ends the wait for a signal.
    const reason = await Promise.race([
      stop.promise,
      started.then(() => stop.promise),
    ]);
    say(`\nStopping (${reason}) …`);
    const stopped = supervisor.stop();
    await started.catch(() => {});
    await stopped;
  } finally {
    clearInterval(watch);
    await supervisor.stop();
    await withdraw(home);
  }
  say("Stopped. Data is kept; deno task reset clears it.");
  return exitCodes.ok;
}

/** Says every few seconds what flows. */
async function reportFlow(ports: Ports, stopping: AbortSignal): Promise<void> {
  let before = await readTotals(ports);
  let beforeMs = Date.now();
  for (;;) {
    await sleep(FLOW_INTERVAL_MS, stopping);
    if (stopping.aborted) return;
    const after = await readTotals(ports);
    const nowMs = Date.now();
    const time = new Date(nowMs).toTimeString().slice(0, 8);
    say(`${time}  ${describeFlow(before, after, (nowMs - beforeMs) / 1000)}`);
    before = after;
    beforeMs = nowMs;
  }
}
