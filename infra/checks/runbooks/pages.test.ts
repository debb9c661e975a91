/** What can be said of the runbooks without running them: above all of their commands for containers. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { repositoryRoot } from "#local/home.ts";
import { allInstances } from "#local/service_jobs.ts";
import { configuredPlaces } from "#local/settings.ts";
import { type Block, blocksFor, type Page, sections } from "./page.ts";
import { pageNames, readPages, runbooks, textOf } from "./pages.ts";

const read = (path: string) => readFile(join(repositoryRoot, path), "utf8");
const pages = await readPages();
const compose: { services: Record<string, { image: string }> } = parse(
  await read("infra/deploy/compose/compose.yaml"),
  { merge: true, maxAliasCount: -1 },
);
const dockerfile = await read("infra/deploy/images/Dockerfile");
const { tasks } = JSON.parse(await read("deno.json"));

const allBlocks = ({ symptom, causes, healthy }: Page): Block[] => [
  ...symptom,
  ...causes.flatMap(({ blocks }) => blocks),
  ...healthy,
];

/** Every command of a way, a line that goes on behind a backslash as one. */
function commandsOf(way: "processes" | "containers") {
  return [...pages.values()].flatMap((page) =>
    allBlocks(page).filter(({ ways }) => ways.includes(way)).map((block) => ({
      where: `${page.name}:${block.line}`,
      text: block.script.replaceAll(/\\\n\s*/g, " "),
    }))
  );
}

test("every runbook has the same sections, and begins with a cause that has its repair for both ways to run", () => {
  for (const page of pages.values()) {
    assert.deepEqual(page.sections, sections, page.name);
    const [first] = page.causes;
    for (const way of ["processes", "containers"] as const) {
      const blocks = first?.blocks ?? [];
      assert.ok(
        blocksFor(blocks, way, "repair").length > 0,
        `${page.name}: cause 1 has no repair for ${way}`,
      );
    }
    page.causes.forEach(({ title }, index) =>
      assert.ok(title.startsWith(`${index + 1}. `), `${page.name}: ${title}`)
    );
  }
});

test("every runbook says what healthy looks like for both ways to run, and which metric has which value", () => {
  for (const { name, healthy } of pages.values()) {
    for (const way of ["processes", "containers"] as const) {
      const shown = blocksFor(healthy, way, "healthy")
        .filter(({ shows }) => shows.length > 0);
      assert.ok(shown.length > 0, `${name}: nothing is shown for ${way}`);
    }
    const metrics = healthy.filter(({ script }) =>
      script.includes("eventflow_") || script.includes("/ready")
    );
    assert.ok(metrics.length > 0, `${name}: no metric`);
  }
});

test("every block is a script that bash can read", () => {
  for (const page of pages.values()) {
    const input = allBlocks(page).map(({ script }) => `{\n${script}\n}\n`)
      .join("");
    const { status, stderr } = spawnSync("bash", ["-n"], {
      input,
      encoding: "utf8",
    });
    assert.equal(status, 0, `${page.name}: ${stderr}`);
  }
});

test("a command for containers needs nothing of the host but docker, curl and what every shell has", () => {
  for (const { where, text } of commandsOf("containers")) {
    const host = text
      // What runs inside a container.
      .replaceAll(/docker compose [^|\n]*/g, "docker")
      .replaceAll(/'[^']*'/g, "").replaceAll(/"[^"]*"/g, "");
    assert.doesNotMatch(
      host,
      /\b(?:deno|bun|node|npx|npm|java|python3?|psql|jq|kafka-[a-z-]+\.sh)\b/,
      where,
    );
  }
});

test("a command names services that compose has, and programs and files that their images have", () => {
  const kafkaPrograms =
    /^\/opt\/kafka\/bin\/kafka-(?:topics|configs|consumer-groups|console-consumer|get-offsets|transactions|dump-log)\.sh$/;
  let commands = 0;
  for (const { where, text } of commandsOf("containers")) {
    for (
      const [, command = ""] of text.matchAll(
        /docker compose -f infra\/deploy\/compose\/compose\.yaml ([^|\n;)]*)/g,
      )
    ) {
      commands++;
      const { verb, words } = readCompose(command);
      if (verb === "exec" || verb === "run") {
        const [service = "", program = "", ...args] = words;
        assert.ok(service in compose.services, `${where}: ${service}`);
        if (verb === "exec") {
          const isThere = {
            kafka: kafkaPrograms,
            postgres: /^psql$/,
            intake: /^cat$/,
            dead_letter_desk: /^bun$/,
          }[service]?.test(program);
          assert.ok(isThere, `${where}: ${program} in ${service}`);
          for (const path of args.filter((arg) => /\.ts$/.test(arg))) {
            assert.ok(isCopied(service, path), `${where}: ${path}`);
          }
        } else if (program === "run") {
          for (const path of args.filter((arg) => /\.ts$/.test(arg))) {
            assert.ok(isCopied(service, path), `${where}: ${path}`);
          }
        }
      } else {
        assert.match(
          verb,
          /^(?:start|stop|restart|up|ps|logs)$/,
          `${where}: ${verb}`,
        );
        for (const service of words) {
          assert.ok(service in compose.services, `${where}: ${service}`);
        }
      }
    }
  }
  assert.ok(commands > 0, "no command is read");
});

/** A command of compose, its options left out. */
function readCompose(command: string): { verb: string; words: string[] } {
  const withoutQuoted = command.replaceAll(/'[^']*'|"[^"]*"/g, "QUOTED");
  const all = withoutQuoted.trim().split(/\s+/);
  const takesValue = /^(?:--format|--tail|--scale|--entrypoint|--profile|-e)$/;
  const words = all.filter((word, index) =>
    !word.startsWith("-") && !takesValue.test(all[index - 1] ?? "")
  );
  const [verb = "", ...rest] = words;
  const end = rest.findIndex((word) => /^[<>]|^\d?>|^\|\|$|^true$/.test(word));
  return { verb, words: end === -1 ? rest : rest.slice(0, end) };
}

/** Whether the stage of a service, or one that it begins from, has a file of this repository. */
function isCopied(service: string, path: string): boolean {
  assert.ok(existsSync(join(repositoryRoot, path)), path);
  const stage = new RegExp(
    `^FROM (\\S+) AS ${service}\\n([^]*?)(?=^FROM |$(?![^]))`,
    "m",
  ).exec(dockerfile);
  if (stage === null) return false;
  const [, from = "", text = ""] = stage;
  const copied = [...text.matchAll(/^COPY (?:--\S+ )?(\S+)/gm)]
    .some(([, source = ""]) =>
      path === source || path.startsWith(`${source}/`)
    );
  return copied || isCopied(from, path);
}

test("a command for processes names tasks, parts and files that there are", async () => {
  const parts = [
    ...allInstances(configuredPlaces()).map(({ name }) => name),
    "validator-2",
    "kafka",
    "postgres",
  ];
  const tool = await read("infra/local/kafka/tool.ts");
  for (const { where, text } of commandsOf("processes")) {
    for (
      const [, task = "", rest = ""] of text.matchAll(
        /\bdeno task (?:--quiet )?(\S+)([^|\n;)]*)/g,
      )
    ) {
      assert.ok(task in tasks, `${where}: deno task ${task}`);
      const words = rest.trim().split(/\s+/).filter(Boolean);
      if (/^(?:stop|start|restart)$/.test(task)) {
        for (const word of words) {
          assert.ok(parts.includes(word), `${where}: ${task} ${word}`);
        }
      }
      if (task === "kafka") {
        assert.match(tool, new RegExp(`^  "?${words[0]}"?:`, "m"), where);
      }
    }
    for (
      const [, log = ""] of text.matchAll(/\.eventflow\/logs\/([\w-]+)\./g)
    ) {
      assert.ok(parts.includes(log), `${where}: ${log}.log`);
    }
    for (
      const [path] of text.matchAll(/\b(?:infra|workers|ingest)\/[\w/.-]+/g)
    ) {
      const isOwnSetting = /^infra\/deploy\/compose\/(?:env\b|\.env$)/.test(
        path,
      );
      assert.ok(
        isOwnSetting || existsSync(join(repositoryRoot, path)),
        `${where}: ${path}`,
      );
    }
  }
});

test("every metric a runbook names is in the catalogue, or is recorded by a rule", async () => {
  const catalogue = await read("docs/reference/metrics.md");
  const rules = await Promise.all(
    [
      "availability",
      "dead_letters",
      "groups",
      "intake",
      "kafka",
      "slo",
      "traffic",
      "workers",
    ]
      .map((name) => read(`infra/monitoring/prometheus/rules/${name}.yaml`)),
  );
  for (const name of await pageNames()) {
    const text = await textOf(name);
    for (const [metric] of text.matchAll(/\beventflow_[a-z0-9_]+/g)) {
      if (/^eventflow_(?:owner|writer|reader)$/.test(metric)) continue;
      const family = metric.replace(/_(?:bucket|sum|count)$/, "");
      // A pattern may be the beginning of several.
      const isThere = metric.endsWith("_")
        ? catalogue.includes(`\`${metric.slice(0, -1)}`)
        : catalogue.includes(`\`${family}\``);
      assert.ok(isThere, `${name}: ${metric}`);
    }
    for (
      const [record] of text.matchAll(
        /(?<!\/\/)\beventflow:[a-z0-9_:]+/g,
      )
    ) {
      assert.ok(
        rules.some((rule) => rule.includes(`record: ${record}\n`)),
        `${name}: ${record}`,
      );
    }
  }
});

test("every setting a runbook names is one", async () => {
  const known = await read("docs/reference/settings.md") +
    await read("infra/deploy/compose/.env.example");
  for (const name of await pageNames()) {
    const text = await textOf(name);
    const names = text.matchAll(
      /\b(?:EVENTFLOW|KAFKA|SIMULATOR|PAYMENT_PROVIDER)_[A-Z_]*[A-Z]\b/g,
    );
    for (const [setting] of names) {
      const isKnown = known.includes(setting.replace(/_FILE$/, ""));
      assert.ok(
        isKnown || setting === "KAFKA_HEAP_OPTS",
        `${name}: ${setting}`,
      );
    }
  }
});

test("every link of a runbook leads somewhere", async () => {
  for (const name of [...await pageNames(), "README"]) {
    const text = await textOf(name);
    for (
      const [, target = "", anchor] of text.matchAll(
        /\]\(([^)#:]+\.\w+)(?:#([\w-]+))?\)/g,
      )
    ) {
      const path = join(runbooks, target);
      assert.ok(existsSync(path), `${name}: ${target}`);
      if (anchor === undefined) continue;
      const headings = [
        ...(await readFile(path, "utf8")).matchAll(/^#+ (.*)$/gm),
      ]
        .map(([, title = ""]) =>
          title.toLowerCase().replaceAll(/[^\w\s-]/g, "").replaceAll(/\s/g, "-")
        );
      assert.ok(headings.includes(anchor), `${name}: ${target}#${anchor}`);
    }
  }
});

test("a cause that another page is about is there", async () => {
  for (const name of await pageNames()) {
    const text = await textOf(name);
    for (
      const [, page = "", cause] of text.matchAll(
        /\]\((\w+)\.md\), cause (\d+)/g,
      )
    ) {
      const causes = pages.get(page)?.causes.length ?? 0;
      assert.ok(Number(cause) <= causes, `${name}: ${page}, cause ${cause}`);
    }
  }
});
