import { isPortFree } from "#processes/ports.ts";
import { endLeftovers, endOf, untilOrLate } from "../scripts/ending.ts";
import { movePorts } from "../scripts/move_ports.ts";
import type { ScriptEnvironment } from "../scripts/environment.ts";
import { runInShell, type Shell } from "../scripts/shell.ts";
import type { Script } from "./scripts.ts";

/** It only ends what hangs. The first start of the stack fetches Kafka, and the machine may have other work. */
const DEADLINE_MS = 15 * 60_000;

type Place = {
  readonly folder: string;
  readonly environment: ScriptEnvironment;
  readonly say: (line: string) => void;
  readonly stopping: AbortSignal;
};

/**
 * Runs scripts one after another and leaves nothing running.
 *
 * @returns what was wrong, with all that was printed, or undefined if nothing was
 */
export async function runScripts(
  scripts: readonly Script[],
  place: Place,
): Promise<string | undefined> {
  let stack: Shell | undefined;
  let problem: string | undefined;
  for (const script of scripts) {
    if (place.stopping.aborted) problem = "Interrupted.";
    if (problem !== undefined) break;
    const name = `README.md:${script.line} ${firstLine(script)}`;
    place.say(script.kind === "elsewhere" ? `${name} (passed over)` : name);
    if (script.kind === "up") {
      if (stack !== undefined) problem = await stopStack(stack, place);
      stack = start(script, place);
      problem ??= await untilUp(stack, name, place.stopping);
    } else if (script.kind === "run") {
      problem = await run(script, name, place);
    }
  }
  if (stack !== undefined) {
    const atStop = await stopStack(stack, place);
    problem ??= atStop;
  }
  const leftover = await endLeftovers(place);
  return problem ?? leftover;
}

function start(
  { text }: Script,
  { folder, environment }: Place,
): Shell {
  return runInShell(movePorts(text, environment.ports), {
    cwd: folder,
    env: environment.env,
  });
}

async function run(
  script: Script,
  name: string,
  place: Place,
): Promise<string | undefined> {
  const shell = start(script, place);
  const end = await endOf(shell, DEADLINE_MS, place.stopping);
  return end === 0 ? undefined : `${name}: ${describe(end)}\n${shell.output()}`;
}

async function untilUp(
  shell: Shell,
  name: string,
  stopping: AbortSignal,
): Promise<string | undefined> {
  const isUp = await untilOrLate(
    shell.prints(/^Up after /m),
    DEADLINE_MS,
    stopping,
  );
  return isUp ? undefined : `${name}: is not up\n${shell.output()}`;
}

/**
 * Presses Ctrl-C. `up` must then say that it stopped and end with 0; if npx stands before it, npm and
 * its shell end by the same SIGINT after it, and that takes the place of its exit code.
 */
async function stopStack(
  shell: Shell,
  { say, environment }: Place,
): Promise<string | undefined> {
  say("Ctrl-C");
  shell.pressCtrlC();
  const end = await endOf(shell, DEADLINE_MS);
  const problem = (what: string) => `Ctrl-C: ${what}\n${shell.output()}`;
  const isByNpx = /^\s*npx /.test(shell.script) && end === "SIGINT";
  if (end !== 0 && !isByNpx) return problem(describe(end));
  if (!/^Stopped\./m.test(shell.output())) {
    return problem("the stack did not say that it stopped");
  }
  for (const port of environment.ports.values()) {
    if (!await isPortFree(port)) return problem(`port ${port} is still taken`);
  }
  return undefined;
}

function describe(end: number | string | undefined): string {
  return end === undefined
    ? "did not end in time"
    : `ended with ${typeof end === "number" ? "exit code " : ""}${end}`;
}

function firstLine({ text }: Script): string {
  const [first = "", ...others] = text.trim().split("\n");
  return others.length === 0 ? first : `${first} …`;
}
