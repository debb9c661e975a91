/**
 * `deno task up`: the whole pipeline on this machine, until Ctrl-C: as processes, or with `--containers`
 * in containers.
 *
 * @module
 */
import { Command } from "commander";
import process from "node:process";
import { PUBLIC_DESK_TOKEN } from "#runtime/development.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { onAbandoned } from "#processes/abandoned.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { runningStack, withdraw } from "./current_stack.ts";
import { stackHome } from "./home.ts";
import { logFileIn, overview } from "./overview.ts";
import { reportFlow } from "./report_flow.ts";
import { startStack } from "./start.ts";
import { Supervisor } from "#processes/supervisor.ts";
import { upInContainers } from "./up_containers.ts";
import { wantedProviders } from "./up_providers.ts";

const { containers, providers } = new Command("deno task up")
  .description(
    "Start Kafka, PostgreSQL and every service on this machine, and stream payments through them until Ctrl-C. Ports are set by EVENTFLOW_…_PORT, the data folder by EVENTFLOW_HOME.",
  )
  .option(
    "--containers",
    "as images and containers (infra/deploy/compose/compose.yaml), with Prometheus, Alertmanager and Grafana",
    false,
  )
  .option(
    "--providers [names]",
    "simulate the webhooks of these providers, too, comma-separated; without names, of all",
  )
  .parse()
  .opts<{ containers: boolean; providers?: string | true }>();
await runCommand(up);

async function up(): Promise<number> {
  const wanted = wantedProviders(providers);
  const home = stackHome();
  const began = Date.now();
  const running = await runningStack(home);
  if (running !== undefined) {
    throw new StartError(
      `The stack runs already (process ${running}): stop it with Ctrl-C in its terminal or "kill ${running}".`,
      { exitCode: exitCodes.config },
    );
  }
  if (containers && wanted !== undefined) {
    throw new StartError(
      "Providers are simulated with processes alone: leave out --containers, or --providers and EVENTFLOW_UP_PROVIDERS.",
      { exitCode: exitCodes.config },
    );
  }
  if (containers) return await upInContainers({ home, say });
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
      providers: wanted,
    }).then(({ places, notes }) => {
      if (stopping.signal.aborted) return;
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      say(
        `\nUp after ${seconds} s.\n\n${
          overview(places, {
            logOf: logFileIn(home),
            notes,
            token: process.env.EVENTFLOW_DESK_TOKENS
              ? "one of EVENTFLOW_DESK_TOKENS"
              : `the token ${PUBLIC_DESK_TOKEN}`,
          })
        }\n`,
      );
      return reportFlow(places, { say, stopping: stopping.signal });
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
