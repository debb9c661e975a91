import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { listening } from "#kit/listening.ts";
import { processesOf } from "../scripts/leftovers.ts";
import { runScripts } from "./run_scripts.ts";
import type { Script } from "./scripts.ts";

/** Stands in for the stack: says that it is up, and does `onCtrlC`. */
const stack = (onCtrlC: string) =>
  `trap '${onCtrlC}' INT; echo Up after 1 s.; while :; do read -t 0.05 <> <(:) || true; done`;
const stops = "echo Stopped.; exit 0";

async function run(
  scripts: readonly [Script["kind"], string][],
  { ports = new Map<string, number>() } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-run-scripts-"));
  const marker = randomUUID();
  const said: string[] = [];
  const problem = await runScripts(
    scripts.map(([kind, text], index) => ({ line: index + 1, kind, text })),
    {
      folder,
      environment: {
        env: { PATH: process.env.PATH ?? "", MARKER: marker },
        ports,
        marker,
      },
      say: (line) => said.push(line),
      stopping: new AbortController().signal,
    },
  );
  assert.deepEqual(processesOf(folder, marker), []);
  await rm(folder, { recursive: true });
  return { problem, said };
}

test("scripts run in order while the stack is up, and Ctrl-C ends it", async () => {
  const { problem, said } = await run([
    ["run", "echo first > file"],
    ["up", stack(stops)],
    ["run", "grep first file"],
    ["elsewhere", "deno task test"],
  ]);
  assert.equal(problem, undefined);
  assert.deepEqual(said.map((line) => line.slice(0, 24)), [
    "README.md:1 echo first >",
    "README.md:2 trap 'echo S",
    "README.md:3 grep first f",
    "README.md:4 deno task te",
    "Ctrl-C",
  ]);
});

test("a script that fails is a problem with its output, and ends the run", async () => {
  const { problem, said } = await run([
    ["up", stack(stops)],
    ["run", "echo before; false; echo after"],
    ["run", "true"],
  ]);
  assert.match(
    problem ?? "",
    /^README\.md:2 .*: ended with exit code 1\nbefore/,
  );
  assert.doesNotMatch(problem ?? "", /\nafter/);
  assert.equal(said.length, 3);
});

test("a stack that ends at its start is a problem", async () => {
  const { problem } = await run([["up", "echo No Java.; exit 1"]]);
  assert.match(problem ?? "", /is not up\nNo Java\./);
});

test("a stack that ends badly, or not in order, is a problem", async () => {
  const badly = await run([["up", stack("echo Stopped.; exit 75")]]);
  assert.match(badly.problem ?? "", /^Ctrl-C: ended with exit code 75\n/);
  const silently = await run([["up", stack("exit 0")]]);
  assert.match(silently.problem ?? "", /did not say that it stopped/);
});

test("a process that is left running is a problem, and is ended", {
  skip: process.platform !== "linux" && "only /proc tells every process",
}, async () => {
  const { problem } = await run([
    ["run", "setsid sleep 600 > /dev/null 2>&1 &"],
  ]);
  assert.match(problem ?? "", /^Left running:\n\d+ sleep 600$/);
});

test("a port that is left listening is a problem", async () => {
  const server = createServer();
  const port = await listening(server);
  const { problem } = await run([["up", stack(stops)]], {
    ports: new Map([["8000", port]]),
  });
  assert.match(problem ?? "", new RegExp(`port ${port} is still taken`));
  await new Promise((resolve) => server.close(resolve));
});
