import {
  beforeEntry,
  beforeLine,
  type TextFile,
  withinEntry,
} from "./insert.ts";
import type { NewConsumer } from "./new_consumer.ts";

/** A place in a file of the repository where a consumer is named. */
export type Insertion = {
  /** From the repository's root. */
  readonly path: string;
  /** The whole text with the consumer named in it. */
  readonly into: (file: TextFile) => string;
};

/**
 * Every place that names a consumer, apart from its own folder and from what is generated. All else is derived from the
 * first of them.
 */
export function insertionsFor(consumer: NewConsumer): readonly Insertion[] {
  return [
    ...inCode(consumer),
    ...inContainers(consumer),
    ...inAlerts(consumer),
    ...inDocs(consumer),
  ];
}

function inCode(
  { name, identifier, title, service, reads, port }: NewConsumer,
): readonly Insertion[] {
  const metricsPage = "infra/checks/reference/metrics_page.ts";
  return [
    line(
      "contracts/services.ts",
      "} as const satisfies Readonly<Record<string, Consumer>>;",
      `  ${name}: {
    service: "${service}",
    reads: "${reads}",
    writes: [],
    port: ${port},
    isVital: false,
  },
`,
    ),
    line(
      metricsPage,
      "import { observerMetrics }",
      `import { ${identifier}Metrics } from "../../../workers/${name}/metrics.ts";\n`,
    ),
    line(
      metricsPage,
      '      ...section("Observer", observerMetrics),',
      `      ...section("${title}", ${identifier}Metrics),\n`,
    ),
    entry(
      "deno.json",
      ["tasks", "observer"],
      `    "${name}": {
      "description": "start one ${name} worker",
      "command": "./node_modules/.bin/bun run ${name}"
    },
`,
    ),
    entry(
      "package.json",
      ["scripts", "observer"],
      `    "${name}": "bun workers/${name}/main.ts",\n`,
    ),
  ];
}

function inContainers(
  { name, variable, port }: NewConsumer,
): readonly Insertion[] {
  const folder = "infra/deploy/compose";
  return [
    entry(
      `${folder}/compose.yaml`,
      ["services", "observer"],
      `  ${name}:
    <<: *service
    scale: \${EVENTFLOW_${variable}_INSTANCES:-1}
    env_file: [{ path: env/${name}.env, required: false }]
    networks: [kafka, metrics]
    image: eventflow/${name}:\${EVENTFLOW_VERSION:-development}
    build: { <<: *build, target: ${name} }
    ports: ["127.0.0.1:\${EVENTFLOW_${variable}_PORT:-${port}}:${port}"]
    environment: { <<: *kafka-settings, EVENTFLOW_${variable}_PORT: ${port} }
    depends_on: *after-topics

`,
    ),
    entry(
      `${folder}/compose.host.yaml`,
      ["services", "persistence"],
      `  ${name}: { profiles: [services] }\n`,
    ),
    line(
      `${folder}/.env.example`,
      "#EVENTFLOW_SIMULATOR_PORT=",
      `#EVENTFLOW_${variable}_PORT=${port}\n`,
    ),
    line(
      `${folder}/.env.example`,
      "#EVENTFLOW_PERSISTENCE_INSTANCES=",
      `#EVENTFLOW_${variable}_INSTANCES=1\n`,
    ),
    line(
      "infra/deploy/images/Dockerfile",
      "FROM bun AS observer",
      `FROM bun AS ${name}
COPY workers/${name} workers/${name}
EXPOSE ${port}
ENTRYPOINT ["bun", "workers/${name}/main.ts"]
HEALTHCHECK --interval=5s --timeout=10s --start-period=180s CMD ["timeout", "--signal=KILL", "9", "bun", "infra/deploy/images/ready.ts", "${port}"]

`,
    ),
  ];
}

function inAlerts({ name, service }: NewConsumer): readonly Insertion[] {
  const rules = "infra/monitoring/prometheus/rules";
  const inRule = (
    file: string,
    group: string,
    alert: string,
    { piece, by }: { piece: string; by: string },
  ): Insertion => ({
    path: `${rules}/${file}`,
    into: (text) =>
      withinEntry(
        text,
        ["groups", { name: group }, "rules", { alert }, "expr"],
        { piece, by },
      ),
  });
  const asJob = { piece: "|simulator|", by: `|${name}|simulator|` };
  const asGroup = {
    piece: '"}',
    by: `|${service}"}`,
  };
  return [
    inRule("availability.yaml", "availability", "ServiceInstanceDown", asJob),
    inRule("availability.yaml", "availability", "AuxiliaryServiceDown", asJob),
    inRule("groups.yaml", "groups", "GroupWithoutMembers", asGroup),
    inRule("groups.yaml", "groups", "GroupLagHigh", asGroup),
    entry(
      `${rules}/dead_letters.yaml`,
      ["groups", { name: "dead_letters" }, "rules", {
        record: "eventflow:dead_letters:ratio_rate5m",
      }],
      `      - record: eventflow:passed:rate5m
        expr: sum(rate(eventflow_${name}_events_total[5m]))
        labels:
          service: ${service}
`,
    ),
    entry(
      "infra/monitoring/alertmanager/alertmanager.yaml",
      ["inhibit_rules", {
        source_matchers: [
          'alertname="AuxiliaryServiceDown"',
          'job="analytics"',
        ],
      }],
      `  - source_matchers: ['alertname="AuxiliaryServiceDown"', 'job="${name}"']
    target_matchers: [
      'alertname="GroupLagLasting"',
      'group="${service}"',
    ]
`,
    ),
  ];
}

function inDocs(
  { name, variable, reads, port }: NewConsumer,
): readonly Insertion[] {
  return [
    line(
      "docs/architecture.md",
      "  observer/ ",
      `  ${`${name}/`.padEnd(19)} ${reads} → metrics\n`,
    ),
    line(
      "docs/local-development.md",
      "| payment simulator ",
      `| ${name}: health, metrics | ${port} | \`EVENTFLOW_${variable}_PORT\` |\n`,
    ),
    line(
      "docs/runbooks/auxiliary_service_down.md",
      "- **simulator:**",
      `- **${name}:** records wait for it and are handled later.\n`,
    ),
  ];
}

function line(path: string, beginning: string, lines: string): Insertion {
  return { path, into: (file) => beforeLine(file, beginning, lines) };
}

function entry(
  path: string,
  steps: Parameters<typeof beforeEntry>[1],
  lines: string,
): Insertion {
  return { path, into: (file) => beforeEntry(file, steps, lines) };
}
