import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { runStep, type Step } from "./step.ts";

const shell = (script: string, deadlineMs = 60_000): Step => ({
  name: "step",
  program: "sh",
  args: ["-c", script],
  cwd: tmpdir(),
  deadlineMs,
});
const never = new AbortController().signal;

test("a step that ends with 0 is ok, and all it printed is kept in order", async () => {
  const script = "echo one; echo two >&2; echo three";
  const { ok, output } = await runStep(shell(script), never);
  assert.equal(ok, true);
  assert.equal(output, "one\ntwo\nthree\n");
});

test("a step that ends with another code has failed", async () => {
  const { ok, output } = await runStep(shell("echo wrong; exit 3"), never);
  assert.equal(ok, false);
  assert.equal(output, "wrong\n");
});

test("a step past its deadline is ended and has failed, even if it then ends well", async () => {
  const script = "trap 'exit 0' TERM; while :; do sleep 0.05; done";
  const { ok, output } = await runStep(shell(script, 200), never);
  assert.equal(ok, false);
  assert.match(output, /it had not finished after 0\.2 s/);
});

test("a step is ended when everything is to stop", async () => {
  const stopping = new AbortController();
  const running = runStep(shell("exec sleep 600"), stopping.signal);
  stopping.abort();
  assert.equal((await running).ok, false);
});
