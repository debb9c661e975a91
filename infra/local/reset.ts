/**
 * `deno task reset`: removes what the local stack has stored.
 *
 * @module
 */
import { Command } from "commander";
import { rm } from "node:fs/promises";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { runCommand } from "#runtime/command_line.ts";
import { clearContainers } from "./compose.ts";
import { runningStack } from "./current_stack.ts";
import { stackHome } from "./home.ts";
import { PidFiles } from "#processes/pid_files.ts";
import { clearPostgres } from "./postgres/place.ts";

const { all } = new Command("deno task reset")
  .description(
    "Remove the local stack's data and logs: all events, topics and rows. The stack must be stopped. What containers have stored is not touched: " +
      `that is removed by ${clearContainers}.`,
  )
  .option("--all", "also remove what was fetched (Kafka's jars)", false)
  .parse()
  .opts<{ all: boolean }>();
await runCommand(() => reset({ all }));

async function reset({ all }: { all: boolean }): Promise<number> {
  const home = stackHome();
  const running = await runningStack(home);
  if (running !== undefined) {
    throw new StartError(
      `The stack is running (process ${running}): stop it with Ctrl-C in its terminal or "kill ${running}", then reset.`,
      { exitCode: exitCodes.config },
    );
  }
  for (const name of await new PidFiles(home.pids).endAll(10_000)) {
    console.log(`Ended ${name}, which an earlier run had left behind.`);
  }
  await clearPostgres(home.postgresData);
  for (const folder of [home.kafkaData, home.logs, home.pids, home.held]) {
    await rm(folder, { recursive: true, force: true });
  }
  if (all) await rm(home.root, { recursive: true, force: true });
  console.log(
    all
      ? `Removed all of ${home.root}.`
      : `Removed data and logs in ${home.root}; what was fetched is kept (--all removes it too).`,
  );
  return exitCodes.ok;
}
