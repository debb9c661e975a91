import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { processesOf } from "./leftovers.ts";

test(
  "a process is found by its command line, its folder or its environment, until it ends",
  {
    skip: process.platform !== "linux" && "only /proc tells all three",
  },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "eventflow-leftovers-"));
    const marker = randomUUID();
    const sleep = ["-c", "read line"];
    const stdio = ["pipe", "ignore", "ignore"] as const;
    const children = [
      spawn("sh", [...sleep, folder], { stdio: [...stdio] }),
      spawn("sh", sleep, { stdio: [...stdio], cwd: folder }),
      spawn("sh", sleep, {
        stdio: [...stdio],
        env: { ...process.env, marker },
      }),
    ];
    const other = spawn("sh", sleep, { stdio: [...stdio] });
    await Promise.all(
      [...children, other].map((child) => once(child, "spawn")),
    );
    const found = () => processesOf(folder, marker).map(({ pid }) => pid);
    assert.deepEqual(found().sort(), children.map(({ pid }) => pid).sort());

    for (const child of [...children, other]) {
      const exit = once(child, "exit");
      child.stdin.end();
      await exit;
    }
    assert.deepEqual(found(), []);
    await rm(folder, { recursive: true });
  },
);
