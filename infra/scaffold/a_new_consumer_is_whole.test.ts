/**
 * Makes a consumer in a copy of the repository, and holds everything that compares lists against what came of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { copyWorkingTree } from "../checks/working_copy.ts";

/** Nobody has a consumer of this name, so that this holds in a repository with further ones too. */
const name = "made_by_a_test";

/** As long as a name may be. It reads the other topic. */
const another = "made_by_a_test_as_long_as_it_i";

/** Tests without a broker that compare what is written in several places. */
const comparing = [
  `workers/${name}/`,
  `workers/${another}/`,
  "workers/earlier_variables.test.ts",
  "contracts/services.test.ts",
  "infra/kafka/access/needs.test.ts",
  "infra/local/service_jobs.test.ts",
  "infra/local/settings.test.ts",
  "infra/local/modules.test.ts",
  "infra/operations/audit/snapshot.test.ts",
  "infra/operations/topics/acls/",
  "infra/deploy/compose/compose.test.ts",
  "infra/deploy/kubernetes/generate/environment.test.ts",
  "infra/deploy/kubernetes/generate/manifests.test.ts",
  "infra/monitoring/expected.test.ts",
  "infra/monitoring/prometheus/config.test.ts",
  "infra/monitoring/prometheus/rules.test.ts",
  "infra/monitoring/alertmanager/config.test.ts",
  "infra/monitoring/grafana/dashboards.test.ts",
  "infra/checks/reference/pages.test.ts",
  "infra/checks/runbooks/pages.test.ts",
  "infra/checks/layers/names.test.ts",
  "infra/scaffold/every_consumer_is_named.test.ts",
];

test("a new consumer is whole: it has types, its test passes, and all lists agree", async (t) => {
  const copy = await copyWorkingTree();
  t.after(() => copy.remove());
  const root = copy.folder;
  await symlink(
    join(repositoryRoot, "node_modules"),
    join(root, "node_modules"),
  );
  const deno = (...args: string[]) => run(process.execPath, args, root);
  const script = (path: string, ...args: string[]) =>
    deno("run", "--allow-all", "--no-check", path, ...args);
  const make = (...args: string[]) =>
    script("infra/scaffold/main.ts", "consumer", ...args);
  const changes = async () =>
    (await run("git", ["status", "--porcelain"], root)).output
      .replace("?? node_modules\n", "");
  const before = await changes();

  const dockerfile = join(root, "infra/deploy/images/Dockerfile");
  const text = await readFile(dockerfile, "utf8");
  await writeFile(dockerfile, text.replace("FROM bun AS observer", ""));
  const refused = await make(name);
  assert.equal(refused.code, 1);
  assert.match(
    refused.output,
    /^infra\/deploy\/images\/Dockerfile must have one line .* "FROM bun AS observer", .* Nothing was written\.\n$/,
  );
  await writeFile(dockerfile, text);
  assert.equal(await changes(), before);

  const made = await make("made-by-a-test");
  assert.equal(made.code, 0, made.output);
  assert.match(made.output, new RegExp(`^made +workers/${name}/main.ts$`, "m"));
  assert.match(made.output, /^changed +docs\/reference\/metrics\.md$/m);
  assert.match(
    made.output,
    /^changed +infra\/deploy\/kubernetes\/kustomize\/base\/made-by-a-test\.yaml$/m,
  );

  const again = await make(name);
  assert.equal(again.code, 1);
  assert.equal(
    again.output,
    `The name ${name} is taken by workers/${name}.\n`,
  );

  const further = await make(another, "--topic", "raw", "--port", "8999");
  assert.equal(further.code, 0, further.output);

  for (
    const check of [
      () => deno("fmt", "--check"),
      () => deno("lint"),
      () => deno("task", "--quiet", "check-deno"),
      () =>
        run(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.json"], root),
      () => script("infra/checks/layers/main.ts"),
      () => script("infra/checks/reference/main.ts", "--check"),
      () => script("infra/monitoring/grafana/main.ts", "--check"),
      () => script("infra/deploy/kubernetes/main.ts", "--check"),
      () => script("infra/testing/runner/run.ts", ...comparing),
    ]
  ) {
    const { code, output } = await check();
    assert.equal(code, 0, output);
  }
});

function run(
  program: string,
  args: readonly string[],
  cwd: string,
): Promise<{ code: unknown; output: string }> {
  return new Promise((resolve) =>
    execFile(
      program,
      [...args],
      {
        cwd,
        maxBuffer: 64 * 1024 * 1024,
        env: { ...process.env, NO_COLOR: "1" },
      },
      (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    )
  );
}
