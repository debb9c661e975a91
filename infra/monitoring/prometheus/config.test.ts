import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { ofEachConsumer } from "#contracts/services.ts";
import { services } from "#local/service_jobs.ts";
import { stackSettings } from "#local/settings.ts";
import {
  configFiles,
  containerConfig,
  hostConfig,
  prometheusConfig,
  prometheusFolder,
} from "./config.ts";

test("the files are what the code makes: else run `deno task monitoring --write`", async () => {
  for (const [name, text] of Object.entries(configFiles)) {
    const file = join(prometheusFolder, name);
    assert.equal(await readFile(file, "utf8"), text(), name);
  }
});

test("each service of the containers is a job of its name, found by its name in compose", () => {
  const { scrape_configs: jobs } = parse(containerConfig());
  const found = Object.fromEntries(
    jobs.filter((job: { dns_sd_configs?: unknown }) => job.dns_sd_configs)
      .map((job: Job) => {
        const [{ names, port, type } = nothing] = job.dns_sd_configs;
        assert.deepEqual(names, [job.job_name]);
        assert.equal(type, "A");
        return [job.job_name, port];
      }),
  );
  assert.deepEqual(found, {
    ...ofEachConsumer("", ({ port }) => port),
    intake: 8010,
    simulator: 8003,
    observer: 8006,
    alertmanager: 9093,
    grafana: 3000,
  });
});

test("on this machine the same jobs are on loopback, at the ports where `deno task up` has them", () => {
  const targets = new Map<string, string[]>(
    parse(hostConfig()).scrape_configs.map((
      { job_name, static_configs: [{ targets }] }: {
        job_name: string;
        static_configs: [{ targets: string[] }];
      },
    ) => [job_name, targets]),
  );
  const jobsOf = (config: string) =>
    parse(config).scrape_configs.map((job: Job) => job.job_name);
  assert.deepEqual(jobsOf(hostConfig()), jobsOf(containerConfig()));
  for (const { name, operations } of services) {
    const { fallback } = stackSettings[operations];
    assert.deepEqual(targets.get(name), [`127.0.0.1:${fallback}`], name);
  }
});

test("processes on this machine are targets by their addresses, with the same rules", () => {
  const config = parse(prometheusConfig({
    jobs: {
      intake: ["127.0.0.1:1", "127.0.0.1:2"],
      validator: ["127.0.0.1:3"],
    },
    alertmanagers: ["127.0.0.1:4"],
  }));
  assert.deepEqual(config.scrape_configs, [
    {
      job_name: "intake",
      static_configs: [{ targets: ["127.0.0.1:1", "127.0.0.1:2"] }],
    },
    {
      job_name: "validator",
      static_configs: [{ targets: ["127.0.0.1:3"] }],
    },
  ]);
  assert.deepEqual(config.alerting.alertmanagers, [
    { static_configs: [{ targets: ["127.0.0.1:4"] }] },
  ]);
  assert.ok(isAbsolute(config.rule_files[0]));
});

test("what an alert's links begin with comes from the environment, and is no label of the alert", () => {
  const { global, alerting } = parse(containerConfig());
  assert.deepEqual(global.external_labels, {
    runbooks: "${EVENTFLOW_RUNBOOKS_URL}",
    grafana: "${EVENTFLOW_GRAFANA_EXTERNAL_URL}",
  });
  assert.deepEqual(alerting.alert_relabel_configs, [
    { action: "labeldrop", regex: "runbooks|grafana" },
  ]);
});

test("without an Alertmanager none is named", () => {
  assert.equal(parse(prometheusConfig({ jobs: {} })).alerting, undefined);
});

type Job = {
  job_name: string;
  dns_sd_configs: { names: string[]; port: number; type: string }[];
};

const nothing = { names: [], port: 0, type: "" };
