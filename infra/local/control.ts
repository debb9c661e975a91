/**
 * `deno task stop`, `deno task start`, `deno task restart`: one part of the running stack, while `up` goes on with
 * the others.
 *
 * @module
 */
import { Argument, Command } from "commander";
import { sleep } from "#runtime/backoff.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { runCommand, say } from "#runtime/command_line.ts";
import { currentPlaces, runningStack } from "./current_stack.ts";
import { checkParts, timeoutOption } from "./health.ts";
import { Holds } from "#processes/holds.ts";
import { type Home, stackHome } from "./home.ts";
import { PidFiles } from "#processes/pid_files.ts";

const actions = ["stop", "start", "restart"] as const;
type Action = (typeof actions)[number];

/** Longer than a service drains. What has not stopped by then, as what hangs, is killed. */
const STOP_DEADLINE_MS = 15_000;

const command = new Command("deno task")
  .description(
    "Stop a part of the running stack, start it again, or both. Without a name, start starts all that was stopped.",
  )
  .addArgument(new Argument("<action>").choices(actions))
  .argument("[parts...]", "as `deno task health` names them")
  .addOption(timeoutOption("how long a part may take to be ready", 60))
  .parse();
const { timeout } = command.opts<{ timeout: number }>();

await runCommand(async () => {
  const [action, ...names] = command.args;
  const home = stackHome();
  await requireRunning(home);
  const parts = await partsOf(home, action as Action, names);
  if (parts.length === 0) say("Nothing was stopped.");
  for (const name of parts) await act(home, action as Action, name);
  if (action === "stop") return exitCodes.ok;
  return await untilReady(home, parts);
});

async function requireRunning(home: Home): Promise<void> {
  if (await runningStack(home) !== undefined) return;
  throw new StartError(
    'The stack does not run: start all of it with "deno task up".',
  );
}

/** @throws {StartError} if a name is of no part that `up` runs */
async function partsOf(
  home: Home,
  action: Action,
  names: readonly string[],
): Promise<readonly string[]> {
  const known = await new PidFiles(home.pids).names();
  const unknown = names.filter((name) => !known.includes(name));
  const wrong = (sentence: string) =>
    new StartError(sentence, { exitCode: exitCodes.config });
  if (known.length === 0) {
    throw wrong(
      `The stack runs in containers: say "docker compose -f infra/deploy/compose/compose.yaml ${action}" and the service.`,
    );
  }
  if (unknown.length > 0) {
    throw wrong(
      `There is no part ${unknown.join(", ")}: parts are ${known.join(", ")}.`,
    );
  }
  if (names.length > 0) return names;
  if (action === "start") return await new Holds(home.held).names();
  throw wrong(`Say what to ${action}: parts are ${known.join(", ")}.`);
}

async function act(home: Home, action: Action, name: string): Promise<void> {
  const holds = new Holds(home.held);
  if (action !== "start") {
    // Held first, so that `up` does not start it as soon as it has ended.
    await holds.hold(name);
    await new PidFiles(home.pids).end(name, STOP_DEADLINE_MS);
    say(`Stopped ${name}.`);
  }
  if (action !== "stop") await holds.release(name);
}

async function untilReady(
  home: Home,
  names: readonly string[],
): Promise<number> {
  const began = Date.now();
  const places = await currentPlaces(home);
  for (;;) {
    const missing = (await checkParts(home, places))
      .filter(({ name, ready }) => names.includes(name) && !ready);
    const seconds = (Date.now() - began) / 1000;
    if (missing.length === 0) {
      if (names.length > 0) {
        say(`Ready after ${seconds.toFixed(1)} s: ${names.join(", ")}.`);
      }
      return exitCodes.ok;
    }
    if (seconds > timeout) {
      for (const { name, reason } of missing) {
        say(`Not ready after ${timeout} s: ${name}: ${reason}`);
      }
      say(`Logs are in ${home.logs}.`);
      return exitCodes.unavailable;
    }
    await sleep(200);
  }
}
