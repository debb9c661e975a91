import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { z } from "zod";
import { ConfigError } from "#runtime/config.ts";
import { yamlFiles } from "../checks.ts";
import { prometheusFolder } from "../prometheus/config.ts";
import { alertmanagerConfig, alertmanagerFile } from "./config.ts";

const Receivers = z.array(z.strictObject({
  name: z.string(),
  webhook_configs: z.array(z.strictObject({ url: z.string() })).optional(),
}));

const InhibitRules = z.array(z.object({
  source_matchers: z.array(z.string()),
  target_matchers: z.array(z.string()),
}));

test("as it is committed nobody is told of anything", async () => {
  const { receivers } = parse(await readFile(alertmanagerFile, "utf8"));
  assert.deepEqual(Receivers.parse(receivers), [
    { name: "nobody" },
    { name: "page" },
    { name: "ticket" },
  ]);
  assert.deepEqual(parse(await alertmanagerConfig({})).receivers, receivers);
});

test("a receiver that the environment names is filled in, and nothing else is changed", async () => {
  const url = "https://alerts.example.com/hook?key=1";
  const before = parse(await readFile(alertmanagerFile, "utf8"));
  const text = await alertmanagerConfig({ EVENTFLOW_ALERT_PAGE_URL: url });
  const { receivers, ...rest } = parse(text);
  assert.deepEqual(Receivers.parse(receivers), [
    { name: "nobody" },
    { name: "page", webhook_configs: [{ url }] },
    { name: "ticket" },
  ]);
  assert.deepEqual({ ...before, receivers }, { ...rest, receivers });
  assert.match(text, /# A cause hides what follows from it/);
});

test("an address that is none is refused, and not shown", async () => {
  await assert.rejects(
    alertmanagerConfig({ EVENTFLOW_ALERT_TICKET_URL: "hunter2" }),
    (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, /EVENTFLOW_ALERT_TICKET_URL must be a URL/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    },
  );
});

test("what inhibits and is inhibited are alerts that exist, and no ticket hides a page", async () => {
  const severities = await readSeverities();
  const rules = InhibitRules.parse(
    parse(await readFile(alertmanagerFile, "utf8")).inhibit_rules,
  );
  assert.ok(rules.length > 0);
  for (const { source_matchers, target_matchers } of rules) {
    const sources = alertsIn(source_matchers);
    const targets = alertsIn(target_matchers);
    for (const alert of [...sources, ...targets]) {
      assert.ok(severities.has(alert), `there is an alert ${alert}`);
    }
    for (const source of sources) {
      if (severities.get(source) === "page") continue;
      for (const target of targets) {
        assert.equal(severities.get(target), "ticket", `${source}: ${target}`);
      }
    }
  }
});

/** The names in `alertname="A"` or `alertname=~"A|B"`. */
function alertsIn(matchers: readonly string[]): string[] {
  const names = matchers.map((matcher) =>
    /^alertname=~?"([\w|]+)"$/.exec(matcher)?.[1]
  ).find((found) => found !== undefined);
  assert.ok(names, `${matchers} names alerts`);
  return names.split("|");
}

async function readSeverities(): Promise<Map<string, string>> {
  const severities = new Map<string, string>();
  for (const file of await yamlFiles(join(prometheusFolder, "rules"))) {
    const { groups } = parse(await readFile(file, "utf8"));
    for (const { alert, labels } of groups.flatMap(rulesOf)) {
      if (alert !== undefined) severities.set(alert, labels.severity);
    }
  }
  return severities;
}

function rulesOf({ rules }: { rules: Rule[] }): Rule[] {
  return rules;
}

type Rule = { alert?: string; labels: { severity: string } };
