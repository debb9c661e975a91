import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { importViolations } from "./imports.ts";

/** What each file imports, and the rule that this breaks, if any. */
const cases: readonly [file: string, imported: string, rule?: string][] = [
  ["contracts/topics.ts", "zod"],
  ["contracts/topics.ts", "./headers.ts"],
  ["contracts/topics.ts", "hono", "contracts import zod and no other package"],
  [
    "contracts/topics.ts",
    "node:fs",
    "contracts import zod and no other package",
  ],
  ["contracts/topics.ts", "#runtime/log.ts", "contracts imports itself"],
  ["contracts/topics.test.ts", "node:fs"],
  ["infra/runtime/log.ts", "#contracts/headers.ts"],
  ["infra/runtime/log.ts", "hono"],
  [
    "infra/runtime/log.ts",
    "#kafka/port.ts",
    "infra/runtime imports contracts and itself",
  ],
  ["infra/kafka/port.ts", "#runtime/log.ts"],
  [
    "infra/kafka/port.ts",
    "#consumer/worker.ts",
    "infra/kafka imports contracts, infra/runtime and itself",
  ],
  [
    "infra/kafka/port.ts",
    "kafkajs",
    "kafkajs is imported in infra/kafka/kafkajs, and where tests are helped",
  ],
  ["infra/kafka/kafkajs/client.ts", "kafkajs"],
  ["infra/testing/kit/kafka/kafkajs/test_admin.ts", "kafkajs"],
  [
    "infra/consumer/worker.ts",
    "bun:sqlite",
    "what runs on Deno and on Bun imports nothing of Bun's own",
  ],
  [
    "infra/operations/audit/main.ts",
    "#local/home.ts",
    "infra/operations imports contracts, infra/runtime, infra/kafka, ingest/intake/providers, workers/validator, workers/enrichment/history, workers/enrichment/features, workers/enrichment/risk, workers/sentinel, ingest/provider_accounts and itself",
  ],
  [
    "infra/operations/verify/prover.ts",
    "../../../ingest/intake/providers/accounts.ts",
  ],
  [
    "infra/operations/verify/prover.ts",
    "../../../ingest/intake/app.ts",
    "infra/operations imports contracts, infra/runtime, infra/kafka, ingest/intake/providers, workers/validator, workers/enrichment/history, workers/enrichment/features, workers/enrichment/risk, workers/sentinel, ingest/provider_accounts and itself",
  ],
  [
    "ingest/intake/app.ts",
    "../simulator/app.ts",
    "no service imports another",
  ],
  ["ingest/intake/app.test.ts", "../simulator/app.ts"],
  [
    "ingest/intake/app.ts",
    "../../workers/validator/main.ts",
    "no service imports another",
  ],
  [
    "ingest/intake/app.ts",
    "#consumer/worker.ts",
    "ingest imports contracts, infra/runtime, infra/kafka and itself",
  ],
  ["workers/validator/main.ts", "#consumer/worker.ts"],
  [
    "workers/validator/main.ts",
    "#kit/pipeline.ts",
    "workers imports contracts, infra/runtime, infra/kafka, infra/consumer and itself",
  ],
  ["workers/validator/main.test.ts", "#kit/pipeline.ts"],
  [
    "workers/validator/main.test.ts",
    "../../infra/measure/bench/main.ts",
    "tests beside production code import that and what tests are made with",
  ],
  [
    "infra/local/up.ts",
    "../../ingest/intake/app.ts",
    "infra/local imports contracts, infra/runtime, infra/kafka, infra/consumer, infra/operations, infra/deploy, infra/processes, ingest/provider_accounts and itself",
  ],
  ["infra/scaffold/main.ts", "../local/home.ts"],
  [
    "infra/scaffold/main.ts",
    "../measure/bench/main.ts",
    "infra/scaffold imports contracts, infra/runtime, infra/local, infra/checks, infra/monitoring and itself",
  ],
  [
    "infra/checks/a.ts",
    "../scenarios/claim.test.ts",
    "nobody imports a scenario",
  ],
  ["infra/checks/a.ts", "../../ingest/intake/app.ts"],
  [
    "workers/validator/main.ts",
    "npm:hono@4",
    "what is imported is a file, a package of package.json or a node: builtin",
  ],
];

test("each import that breaks a rule is told by that rule, and no other is", async () => {
  const root = await mkdtemp(join(tmpdir(), "eventflow-layers-"));
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  try {
    await cp(
      join(repositoryRoot, "package.json"),
      join(root, "package.json"),
    );
    for (const name of ["zod", "hono", "kafkajs"]) {
      await write(`node_modules/${name}/package.json`, `{"name":"${name}"}`);
      await write(`node_modules/${name}/index.js`, "");
    }
    const imports = Map.groupBy(cases, ([file]) => file);
    const imported = [
      "contracts/headers.ts",
      "infra/local/home.ts",
      "infra/testing/kit/pipeline.ts",
      "infra/measure/bench/main.ts",
      "infra/scenarios/claim.test.ts",
      "ingest/intake/providers/accounts.ts",
      "ingest/simulator/app.ts",
      "workers/validator/main.ts",
    ];
    for (const file of imported) if (!imports.has(file)) await write(file, "");
    for (const [file, all] of imports) {
      const lines = all.map(([, specifier]) => `import "${specifier}";`);
      await write(file, lines.join("\n"));
    }
    const told = (await importViolations(root))
      .map(({ path, rule }) => `${path}: ${rule}`);
    const expected = cases.filter(([, , rule]) => rule !== undefined)
      .map(([file, , rule]) => `${file}: ${rule}`);
    assert.deepEqual([...new Set(told)].sort(), [...new Set(expected)].sort());
  } finally {
    await rm(root, { recursive: true });
  }
});
