import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { stackHome } from "#local/home.ts";
import { describeProcess } from "#processes/process_table.ts";
import type { Job } from "#processes/supervisor.ts";
import { withJobs } from "./jobs.ts";

test("jobs run for as long as the work takes", async (t) => {
  const bench = await setUp(t);
  const pid = await withJobs(bench, [shell("one"), shell("two")], (pids) => {
    assert.deepEqual(Object.keys(pids), ["one", "two"]);
    assert.ok(isRunning(pids.one));
    return Promise.resolve(pids.one);
  });
  assert.ok(!isRunning(pid));
});

test("jobs stop where the work fails", async (t) => {
  const bench = await setUp(t);
  let pid: number | undefined;
  const working = withJobs(bench, [shell("one")], (pids) => {
    pid = pids.one;
    return Promise.reject(new Error("no figures"));
  });
  await assert.rejects(working, /no figures/);
  assert.ok(!isRunning(pid));
});

test("a job that ends breaks the measurement, with the last that it said", async (t) => {
  const bench = await setUp(t);
  const job = shell("one", "echo out of memory; exit 3");
  await assert.rejects(
    withJobs(bench, [job], forever),
    /one ended while it was measured \(exit code 3\): out of memory$/,
  );
});

test("a run that is stopped does not wait for the work", async (t) => {
  const stopping = new AbortController();
  const bench = { ...await setUp(t), stopping: stopping.signal };
  let pid: number | undefined;
  const working = withJobs(bench, [shell("one")], (pids) => {
    pid = pids.one;
    stopping.abort(new Error("Ctrl-C"));
    return forever();
  });
  await assert.rejects(working, /Ctrl-C/);
  assert.ok(!isRunning(pid));
});

function forever(): Promise<never> {
  return new Promise(() => {});
}

function isRunning(pid: number | undefined): boolean {
  return pid !== undefined && describeProcess(pid) !== undefined;
}

function shell(name: string, script = "sleep 600"): Job {
  return {
    name,
    command: { program: "sh", args: ["-c", script] },
    isReady: () => Promise.resolve(true),
  };
}

async function setUp(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-jobs-"));
  t.after(() => rm(folder, { recursive: true }));
  return { home: stackHome(folder), stopping: new AbortController().signal };
}
