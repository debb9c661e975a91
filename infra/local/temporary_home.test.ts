import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startChild } from "#processes/child.ts";
import { PidFiles } from "#processes/pid_files.ts";
import { sendSignal } from "#processes/process_table.ts";
import { openTemporaryHome } from "./temporary_home.ts";

test("a home that a killed process left behind is removed, and what ran in it ended", async () => {
  const prefix = `eventflow-home-${randomUUID()}-`;
  const { home } = await openTemporaryHome(prefix);
  const child = await startChild(
    { program: "sleep", args: ["600"] },
    join(home.logs, "left.log"),
  );
  await new PidFiles(home.pids).write("left", child.pid);
  // Of a process that is no more.
  await writeFile(join(home.root, "owner.json"), "null");

  const next = await openTemporaryHome(prefix);
  assert.equal(existsSync(home.root), false);
  await child.exited;
  assert.equal(sendSignal(child.pid, 0), false);
  await next.remove();
  assert.equal(existsSync(next.home.root), false);
});

test("the home of a process that runs is left alone", async () => {
  const prefix = `eventflow-home-${randomUUID()}-`;
  const first = await openTemporaryHome(prefix);
  await mkdir(first.home.kafkaData);
  const second = await openTemporaryHome(prefix);
  assert.equal(existsSync(first.home.kafkaData), true);
  await first.remove();
  await second.remove();
});
