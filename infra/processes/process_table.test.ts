import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { describeProcess } from "./process_table.ts";

test("a process is described while it runs, and not when it has ended", async () => {
  const child = spawn("sh", ["-c", "read line"]);
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  assert.match(describeProcess(pid)?.commandLine ?? "", /\bsh -c read line$/);
  assert.equal(describeProcess(pid)?.parent, process.pid);
  child.stdin.end();
  await once(child, "exit");
  assert.equal(describeProcess(pid), undefined);
});

test(
  "a process without a command line, as between two programs, is there",
  {
    skip: process.platform !== "linux" && "only /proc knows it",
  },
  async () => {
    const child = spawn("bash", ["-c", "echo; exec -a '' cat"]);
    await once(child.stdout, "data");
    const pid = child.pid ?? 0;
    // Until bash is cat.
    while (describeProcess(pid)?.commandLine.includes("bash")) {
      await new Promise(setImmediate);
    }
    assert.deepEqual(describeProcess(pid), {
      parent: process.pid,
      commandLine: "",
    });
    child.stdin.end();
    await once(child, "exit");
    assert.equal(describeProcess(pid), undefined);
  },
);

test(
  "who may not read the table of processes says so, and takes no process for gone",
  {
    skip: process.platform !== "linux" && "Deno guards /proc only",
  },
  () => {
    const script = `
    const { describeProcess } = await import("./infra/processes/process_table.ts");
    console.log(describeProcess(Deno.pid));`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["run", "--deny-import", "--allow-all", "-"],
      { cwd: repositoryRoot, input: script, encoding: "utf8" },
    );
    assert.equal(stdout, "");
    assert.match(stderr, /Requires all access to "\/proc/);
  },
);
