import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { mutate } from "./apply.ts";
import { mutations } from "./mutations.ts";

const scenarios = (await readdir(join(repositoryRoot, "infra/scenarios")))
  .filter((file) => file.endsWith(".integration.test.ts"));

test("what each mutation replaces stands in its file once", async () => {
  for (const mutation of mutations) {
    const text = await readFile(join(repositoryRoot, mutation.file), "utf8");
    assert.notEqual(mutate(text, mutation), text);
  }
});

test("a text that does not stand there, or stands there twice, is refused", () => {
  const mutation = { file: "a.ts", find: "a", replace: "b" };
  assert.equal(mutate("xay", mutation), "xby");
  assert.throws(() => mutate("xy", mutation), /a.ts 0 times/);
  assert.throws(() => mutate("aa", mutation), /a.ts 2 times/);
});

test("each mutation names one scenario, and each scenario has a mutation", () => {
  for (const { scenario } of mutations) {
    const named = scenarios.filter((file) => file.startsWith(scenario));
    assert.equal(named.length, 1, `${scenario}: ${named.join(", ")}`);
  }
  const without = scenarios.filter((file) =>
    !mutations.some(({ scenario }) => file.startsWith(scenario))
  );
  assert.deepEqual(without, []);
});

test("the page about reliability says which promise each scenario proves, and how it was seen to fail", async () => {
  const page = await readFile(
    join(repositoryRoot, "docs/reliability.md"),
    "utf8",
  );
  const [promises = "", failures = ""] = page.split("## Seen to fail");
  const missing = (names: readonly string[], file: string) =>
    !names.some((name) => file.startsWith(name));
  for (const part of [promises, failures]) {
    const names = [...part.matchAll(/`(\w+_\w+?)(?:_…)?`/g)].map((
      [, name = ""],
    ) => name);
    assert.deepEqual(scenarios.filter((file) => missing(names, file)), []);
  }
});
