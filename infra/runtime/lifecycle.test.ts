import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const demo = fileURLToPath(
  new URL("../testing/kit/runtime/lifecycle_demo.ts", import.meta.url),
);

/** Runs the demo service on the runtime that runs this test. */
function start(env: Record<string, string>): {
  child: ChildProcess;
  said: (text: string) => Promise<void>;
  ended: Promise<{ code: number | null; output: string }>;
} {
  const args = "Deno" in globalThis ? ["run", "-A", demo] : [demo];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, EVENTFLOW_LOG_FORMAT: "json", ...env },
  });
  let output = "";
  const { promise, resolve } = Promise.withResolvers<
    { code: number | null; output: string }
  >();
  child.on("close", (code) => resolve({ code, output }));
  child.stdout?.on("data", (data) => output += data);
  child.stderr?.on("data", (data) => output += data);
  return {
    child,
    ended: promise,
    said: async (text) => {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`never said: ${output}`);
        await new Promise((next) => setTimeout(next, 10));
      }
    },
  };
}

/** Not `child.kill`: with that, Deno reports the signal in place of the exit code. */
function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid !== undefined) process.kill(pid, signal);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`${signal} closes what was opened in reverse and ends with 0`, async () => {
    const { child, said, ended } = start({});
    await said("Ready");
    kill(child, signal);
    const { code, output } = await ended;
    assert.equal(code, 0);
    assert.ok(output.indexOf("closed second") < output.indexOf("closed first"));
  });
}

test("a closing that hangs ends with a code of its own", async () => {
  const { child, said, ended } = start({
    DEMO: "hang",
    EVENTFLOW_DRAIN_TIMEOUT_MS: "200",
  });
  await said("Ready");
  kill(child, "SIGTERM");
  assert.equal((await ended).code, 75);
});

test("a failure whose closing hangs keeps the failure's code", async () => {
  const { code } = await start({
    DEMO: "bug and hang",
    EVENTFLOW_DRAIN_TIMEOUT_MS: "200",
  }).ended;
  assert.equal(code, 70);
});

test("a wrong setting is one sentence and code 78", async () => {
  const { code, output } = await start({ EVENTFLOW_LOG_LEVEL: "loud" }).ended;
  assert.equal(code, 78);
  assert.equal(
    output.trim(),
    'Cannot start demo: EVENTFLOW_LOG_LEVEL must be one of debug, info, warning, error, but is "loud".',
  );
});

test("what cannot be reached at the start is code 69, and what was opened is closed", async () => {
  const { code, output } = await start({ DEMO: "unreachable" }).ended;
  assert.equal(code, 69);
  assert.match(output, /Nobody answers/);
  assert.match(output, /closed first/);
  assert.doesNotMatch(output, /stack/);
});

test("what goes away during the start is code 69 too, without a stack", async () => {
  const { code, output } = await start({ DEMO: "away" }).ended;
  assert.equal(code, 69);
  assert.match(output, /It went away/);
  assert.match(output, /closed first/);
  assert.doesNotMatch(output, /stack/);
});

test("an error nobody caught is code 70", async () => {
  const { code, output } = await start({ DEMO: "bug" }).ended;
  assert.equal(code, 70);
  assert.match(output, /a bug of ours/);
});
