import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { repositoryRoot } from "#local/home.ts";
import { yamlFiles } from "../checks.ts";
import { prometheusFolder } from "./config.ts";

const folder = join(prometheusFolder, "rules");
const runbooks = "docs/runbooks";

const Alert = z.object({
  alert: z.string(),
  expr: z.string(),
  labels: z.object({ severity: z.enum(["page", "ticket"]) }),
  annotations: z.object({
    summary: z.string().regex(/\S.*\.$/, "must be a sentence"),
    description: z.string().regex(/\{\{ \$value\b/, "must tell the value"),
    runbook_url: z.string(),
  }),
});

const RuleFile = z.object({
  groups: z.array(z.object({
    rules: z.array(z.union([z.object({ record: z.string() }), Alert])),
  })),
});

const TestFile = z.object({
  tests: z.array(z.object({
    name: z.string(),
    alert_rule_test: z.array(z.object({
      alertname: z.string(),
      exp_alerts: z.array(z.unknown()).default([]),
    })).default([]),
  })),
});

const alerts = (await readAll(folder, RuleFile))
  .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
  .filter((rule): rule is z.infer<typeof Alert> => "alert" in rule);

const expectations = (await readAll(join(folder, "tests"), TestFile))
  .flatMap(({ tests }) => tests.flatMap((one) => one.alert_rule_test));

test("every alert has a name of its own", () => {
  const names = alerts.map(({ alert }) => alert);
  assert.deepEqual(names, [...new Set(names)]);
  assert.ok(names.length > 20, "rules were read");
});

test("every alert has a test that fires it and one that does not", () => {
  const lacking = alerts.flatMap(({ alert }) => {
    const tested = expectations.filter(({ alertname }) => alertname === alert);
    const fires = tested.some(({ exp_alerts }) => exp_alerts.length > 0);
    const rests = tested.some(({ exp_alerts }) => exp_alerts.length === 0);
    return [
      ...fires ? [] : [`${alert} is fired by no test`],
      ...rests ? [] : [`${alert} rests in no test`],
    ];
  });
  assert.deepEqual(lacking, []);
});

test("tests are about alerts that exist", () => {
  const names = new Set(alerts.map(({ alert }) => alert));
  const unknown = expectations.filter(({ alertname }) => !names.has(alertname));
  assert.deepEqual(unknown, []);
});

test("every alert points to its runbook, and every runbook to an alert", async () => {
  const pages = (await readdir(join(repositoryRoot, runbooks)))
    .filter((page) => page !== "README.md").sort();
  const wanted = alerts.map(({ alert }) => `${snakeCase(alert)}.md`).sort();
  assert.deepEqual(pages, wanted);
  for (const { alert, annotations } of alerts) {
    // By the folder that Prometheus is told, else by its path in this repository.
    assert.equal(
      annotations.runbook_url,
      `{{ or $externalLabels.runbooks "${runbooks}" }}/${snakeCase(alert)}.md`,
    );
  }
});

test("every runbook names its alert and its severity, and is in the index", async () => {
  const index = await readFile(
    join(repositoryRoot, runbooks, "README.md"),
    "utf8",
  );
  for (const { alert, labels, annotations } of alerts) {
    const page = basename(annotations.runbook_url);
    const text = await readFile(join(repositoryRoot, runbooks, page), "utf8");
    assert.ok(
      text.includes(`Alert \`${alert}\`, a ${labels.severity}.`),
      `${page} says which alert it is of`,
    );
    assert.ok(
      index.includes(`[${alert}](${page})`),
      `the index names ${alert}`,
    );
  }
});

test("a runbook sends nobody to a task or a page that does not exist", async () => {
  const { tasks } = JSON.parse(
    await readFile(join(repositoryRoot, "deno.json"), "utf8"),
  );
  for (const page of await readdir(join(repositoryRoot, runbooks))) {
    const text = await readFile(join(repositoryRoot, runbooks, page), "utf8");
    for (const [, task] of text.matchAll(/deno task (\w+)/g)) {
      assert.ok(task && task in tasks, `${page}: deno task ${task}`);
    }
    for (const [, target] of text.matchAll(/\]\((\w[\w.]*\.md)/g)) {
      await assert.doesNotReject(
        readFile(join(repositoryRoot, runbooks, target ?? "")),
        `${page}: link to ${target}`,
      );
    }
  }
});

async function readAll<T>(from: string, schema: z.ZodType<T>): Promise<T[]> {
  const files = await yamlFiles(from);
  return await Promise.all(
    files.map(async (file) =>
      schema.parse(parse(await readFile(file, "utf8")))
    ),
  );
}

/** `GroupLagHigh` → `group_lag_high` */
function snakeCase(name: string): string {
  return name.replace(/\B[A-Z]/g, "_$&").toLowerCase();
}
