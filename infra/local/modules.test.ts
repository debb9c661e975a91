import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { moduleFlags } from "#runtime/module_flags.ts";
import { permissionFlags } from "../../ingest/http/permissions.ts";
import { repositoryRoot } from "./home.ts";

const read = async (path: string) =>
  await readFile(join(repositoryRoot, path), "utf8");

test("each start of intake, simulator and stack says where modules come from", async () => {
  const { tasks } = JSON.parse(await read("deno.json"));
  const commands: string[] = ["serve", "simulate"]
    .map((name) => tasks[name].command);
  // It reads the table of processes, and Deno lets nobody do so who lacks a permission, be it one that is denied.
  assert.equal(
    tasks.up.command,
    `deno run ${
      moduleFlags.filter((flag) => flag !== "--deny-import").join(" ")
    } --allow-all infra/local/up.ts`,
  );
  const dockerfile = (await read("infra/deploy/images/Dockerfile")).split("\n")
    .filter((line) => /^(ENTRYPOINT|HEALTHCHECK) .*\bdeno\b/.test(line))
    .map((line) => line.replaceAll(/",? ?"?/g, " "));
  for (const command of [...commands, ...dockerfile]) {
    // What permissions.ts prints has them.
    const runs = command.split(/\bdeno run (?!\$\()/).slice(1);
    assert.ok(runs.length > 0, command);
    for (const run of runs) {
      assert.ok(run.trimStart().startsWith(moduleFlags.join(" ")), command);
    }
  }
});

test("a process of the intake loads what was installed, and nothing from elsewhere", () => {
  const elsewhere = [
    "https://deno.land/std@0.224.0/version.ts",
    "https://esm.sh/is-odd@3.0.1",
    "http://127.0.0.1:1/module.ts",
    "jsr:@std/assert@1.0.0",
    "npm:is-odd@3.0.1",
  ];
  const script = `
    await import("hono");
    for (const specifier of ${JSON.stringify(elsewhere)}) {
      try {
        await import(specifier);
        console.log("loaded");
      } catch (error) {
        console.log(error.message.replaceAll("\\n", " "));
      }
    }`;
  const flags = permissionFlags.intake({
    EVENTFLOW_ENVIRONMENT: "development",
  });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["run", ...flags, "-"],
    { cwd: repositoryRoot, input: script, encoding: "utf8" },
  );
  const answers = stdout.trim().split("\n");
  assert.equal(answers.length, elsewhere.length, stderr);
  for (const [index, answer] of answers.entries()) {
    assert.match(
      answer,
      // Which of the guards answers first depends on what the machine has in its cache.
      /Requires import access|The lockfile is out of date|--cached-only is specified/,
      elsewhere[index],
    );
  }
});

test("a lockfile that has been changed stops the start", async () => {
  const locked = await read("deno.lock");
  const { dependencies: { hono } } = JSON.parse(await read("package.json"));
  const folder = await mkdtemp(join(tmpdir(), "eventflow-modules-"));
  const file = join(folder, "deno.lock");
  const started = async (lock: string) => {
    await writeFile(file, lock);
    const { stdout } = spawnSync(
      process.execPath,
      ["run", ...moduleFlags, `--lock=${file}`, "-"],
      {
        cwd: repositoryRoot,
        input: 'import "hono"; console.log("started");',
        encoding: "utf8",
      },
    );
    assert.equal(await readFile(file, "utf8"), lock, "it is not written to");
    return stdout === "started\n";
  };
  try {
    assert.equal(await started(locked), true);
    assert.equal(await started(locked.replaceAll(hono, "0.0.1")), false);
    assert.equal(await started("{}"), false);
    assert.equal(await started("changed"), false);
  } finally {
    await rm(folder, { recursive: true });
  }
});
