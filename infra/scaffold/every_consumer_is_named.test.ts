/**
 * Every consumer of the table is named in each place that is written by hand, and that no other test compares with it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { consumerNames, consumers, services } from "#contracts/services.ts";
import { repositoryRoot } from "#local/home.ts";

const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");
const parsed = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
  // Of compose's own tags nothing is said: they are none of YAML's.
  schema.parse(parse(await read(path), { logLevel: "error" }));

const auxiliary = consumerNames.filter((name) => !consumers[name].isVital);

test("each has a task and a script that start it alone", async () => {
  const { tasks } = await parsed(
    "deno.json",
    z.object({
      tasks: z.record(z.string(), z.object({ command: z.string() })),
    }),
  );
  const { scripts } = await parsed(
    "package.json",
    z.object({ scripts: z.record(z.string(), z.string()) }),
  );
  for (const name of consumerNames) {
    assert.equal(scripts[name], `bun workers/${name}/main.ts`);
    const command = tasks[name]?.command ?? "";
    // Its task has a backtest too, and starts the worker without one.
    if (name === "sentinel") {
      assert.match(command, /operations\/sentinel\/main\.ts$/);
    } else assert.equal(command, `./node_modules/.bin/bun run ${name}`);
  }
});

test("none starts in containers beside a pipeline of this machine", async () => {
  const { services } = await parsed(
    "infra/deploy/compose/compose.host.yaml",
    z.object({
      services: z.record(
        z.string(),
        z.object({ profiles: z.unknown().optional() }),
      ),
    }),
  );
  for (const name of consumerNames) {
    assert.deepEqual(services[name]?.profiles, ["services"], name);
  }
});

test("what each has passed is counted, else its share of dead letters would be unknown", async () => {
  const { groups } = await parsed(
    "infra/monitoring/prometheus/rules/dead_letters.yaml",
    z.object({
      groups: z.array(z.object({
        rules: z.array(z.object({
          record: z.string().optional(),
          expr: z.string(),
          labels: z.object({ service: z.string().optional() }).optional(),
        })),
      })),
    }),
  );
  const passed = groups.flatMap(({ rules }) => rules)
    .filter(({ record }) => record === "eventflow:passed:rate5m");
  assert.deepEqual(
    passed.map(({ labels }) => labels?.service),
    consumerNames.map((name) => services[name]),
  );
  for (const [at, name] of consumerNames.entries()) {
    assert.match(passed[at]?.expr ?? "", new RegExp(`eventflow_${name}_`));
  }
});

test("nobody is told of the lag of one that is known to be down", async () => {
  const { inhibit_rules } = await parsed(
    "infra/monitoring/alertmanager/alertmanager.yaml",
    z.object({
      inhibit_rules: z.array(z.object({
        source_matchers: z.array(z.string()),
        target_matchers: z.array(z.string()),
      })),
    }),
  );
  for (const name of consumerNames) {
    const down = consumers[name].isVital
      ? "ServiceDown"
      : "AuxiliaryServiceDown";
    const hidden = inhibit_rules.filter(({ source_matchers: [alert, job] }) =>
      alert === `alertname="${down}"` && job === `job="${name}"`
    ).flatMap(({ target_matchers }) => target_matchers);
    assert.ok(hidden.includes(`group="${services[name]}"`), name);
  }
});

test("the reference has the metrics of each", async () => {
  const page = await read("docs/reference/metrics.md");
  for (const name of consumerNames) {
    for (
      const metric of ["processing_errors_total", "processing_latency_seconds"]
    ) {
      assert.ok(page.includes(`| \`eventflow_${name}_${metric}\``), name);
    }
  }
});

test("the file map, the table of ports and the runbook tell of each", async () => {
  const map = await read("docs/architecture.md");
  const ports = await read("docs/local-development.md");
  const runbook = await read("docs/runbooks/auxiliary_service_down.md");
  for (const name of consumerNames) {
    assert.match(map, new RegExp(`^ {2}${name}/ `, "m"));
    assert.match(ports, new RegExp(`^\\| ${name}: health, metrics *\\|`, "m"));
  }
  for (const name of auxiliary) {
    assert.ok(runbook.includes(`\n- **${name}:** `), name);
  }
});
