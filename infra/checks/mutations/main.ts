/**
 * `deno task mutations [filter…]`: breaks one mechanism after the other in a copy of the working tree, and
 * runs the scenario that must fail for it. Ends with 1 if one passes all the same. All of them take
 * some 40 minutes.
 *
 * @module
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { interruption } from "#processes/interruption.ts";
import { runCommand } from "#runtime/command_line.ts";
import { type Outcome, runStep } from "../step.ts";
import { copyWorkingTree } from "../working_copy.ts";
import { mutate } from "./apply.ts";
import { type Mutation, mutations } from "./mutations.ts";

const stopping = interruption();

await runCommand(async () => {
  const filters = process.argv.slice(2);
  const chosen = mutations.filter(({ scenario }) =>
    filters.length === 0 || filters.some((filter) => scenario.includes(filter))
  );
  if (chosen.length === 0) {
    console.error(`No mutation's scenario contains ${filters.join(" or ")}.`);
    return 1;
  }
  const copy = await copyWorkingTree();
  try {
    const install = await inCopy(copy.folder, "install", "--frozen");
    if (!install.ok) {
      console.error(install.output);
      return 1;
    }
    let missed = 0;
    for (const mutation of chosen) {
      if (stopping.aborted) return 130;
      const { verdict, detail } = await tryOut(copy.folder, mutation);
      if (verdict !== "caught") missed++;
      console.log(`${verdict.padEnd(9)}${mutation.scenario}: ${mutation.what}`);
      if (detail) console.log(`         ${detail}`);
    }
    console.log(`${chosen.length - missed} caught, ${missed} not`);
    return missed > 0 ? 1 : 0;
  } finally {
    await copy.remove();
  }
});

async function tryOut(
  folder: string,
  mutation: Mutation,
): Promise<{ verdict: "caught" | "SURVIVED" | "BROKEN"; detail: string }> {
  const path = join(folder, mutation.file);
  const text = await readFile(path, "utf8");
  await writeFile(path, mutate(text, mutation));
  try {
    // A program that cannot start proves nothing.
    if (mutation.file.endsWith(".ts")) {
      const check = await inCopy(folder, "check", "--quiet", mutation.file);
      if (!check.ok) return { verdict: "BROKEN", detail: check.output.trim() };
    }
    const { ok, output, seconds } = await inCopy(
      folder,
      ...["task", "--quiet", "test", mutation.scenario],
    );
    if (ok) return { verdict: "SURVIVED", detail: "" };
    const complaint = output.split("\n")
      .find((line) => /^(Failed on|.* ran no test|Ended:)/.test(line)) ?? "";
    return /^Failed on/.test(complaint)
      ? { verdict: "caught", detail: `${seconds.toFixed(0)} s: ${complaint}` }
      : { verdict: "BROKEN", detail: complaint || output.trim() };
  } finally {
    await writeFile(path, text);
  }
}

function inCopy(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return runStep({
    name: args.join(" "),
    program: process.execPath,
    args,
    cwd: folder,
    // What is broken is mostly waited for in vain.
    env: { EVENTFLOW_TEST_PATIENCE_SECONDS: "60" },
    deadlineMs: 8 * 60_000,
  }, stopping);
}
