import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { testCluster } from "#kit/kafka/test_cluster.ts";
import {
  earlierPayload,
  fillEarlierTable,
  HIBERNATE_TABLE,
} from "#kit/persistence/test_earlier_table.ts";
import { runInShell, type Shell } from "../checks/scripts/shell.ts";
import { scriptsOf } from "../checks/readme/scripts.ts";
import { repositoryRoot } from "#local/home.ts";
import { freePort } from "#processes/ports.ts";
import { freshDatabase } from "#kit/fresh_database.ts";
import { SECRET, send, signed } from "#kit/provider.ts";
import { until } from "#kit/until.ts";

const page = await readFile(
  join(repositoryRoot, "docs/coming-from.md"),
  "utf8",
);

/** What the earlier dashboard asks for, by the job of the earlier prometheus.yml. */
const asked = {
  validator: [
    "eventflow_validator_events_validated_total",
    "eventflow_validator_events_dlq_total",
    "eventflow_validator_processing_errors_total",
  ],
  analytics: [
    "eventflow_analytics_total_processed_total",
    "eventflow_analytics_processing_errors_total",
    "eventflow_analytics_by_partition_total",
    "eventflow_analytics_event_age_ms_bucket",
    "eventflow_analytics_by_event_type_total",
  ],
  persistence: [
    "eventflow_persistence_stored_total",
    "eventflow_persistence_dlq_published_total",
    "eventflow_persistence_processing_errors_total",
    "eventflow_persistence_event_age_ms_milliseconds_bucket",
    'application="persistent-consumer-java"',
  ],
};

test("a team that ran the earlier services moves by the page, and what it had is a row or a duplicate", async () => {
  await using resources = new AsyncDisposableStack();
  const admin = process.env.EVENTFLOW_TEST_POSTGRES ?? "";
  const cluster = resources.use(await testCluster());
  const database = resources.use(
    await freshDatabase(admin, `earlier_${randomUUID().replaceAll("-", "")}`),
  );
  const { sql } = database;
  const topics = {
    EVENTFLOW_RAW_TOPIC: await cluster.freshTopic(3),
    EVENTFLOW_VALIDATED_TOPIC: await cluster.freshTopic(3),
    EVENTFLOW_ENRICHED_TOPIC: await cluster.freshTopic(3),
    EVENTFLOW_UNMAPPED_TOPIC: await cluster.freshTopic(1),
    EVENTFLOW_DLQ_TOPIC: await cluster.freshTopic(1),
  };
  const group = randomUUID();
  const ports = {
    intake: await freePort(),
    intakeOperations: await freePort(),
    validator: await freePort(),
    analytics: await freePort(),
    persistence: await freePort(),
    observer: await freePort(),
  };

  // What the earlier services left: rows, and records keyed by event_id, one of which nobody has judged yet.
  // Whoever else has the earlier login must be gone before its table is put away.
  await sql`set application_name = 'eventflow-scenario'`;
  await sql.unsafe(HIBERNATE_TABLE);
  const timestamp = "2026-01-02T03:04:05.678901+00:00";
  await fillEarlierTable(sql, [
    { eventId: "evt-1", timestamp },
    { eventId: "evt-2", timestamp },
    { eventId: "evt-bad", payload: "not json" },
  ]);
  const eventOf = (eventId: string, more: string) =>
    `{"event_id": "${eventId}", "event_type": "payment.authorized.v1", "schema_version": 1, "source": "provider", "timestamp": "${timestamp}", "payload": ${
      earlierPayload().replace("{", `{${more}`)
    }}`;
  await cluster.write(topics.EVENTFLOW_VALIDATED_TOPIC, [
    { key: "evt-1", value: eventOf("evt-1", `"note": "dropped by Java", `) },
  ]);
  await cluster.write(topics.EVENTFLOW_RAW_TOPIC, [
    { key: "evt-3", value: eventOf("evt-3", "") },
  ]);

  const everywhere = {
    PATH: [
      join(repositoryRoot, "node_modules/.bin"),
      dirname(process.execPath),
      process.env.PATH,
    ].join(delimiter),
    HOME: process.env.HOME ?? "",
    KAFKA_BOOTSTRAP_SERVERS: process.env.EVENTFLOW_TEST_KAFKA ?? "",
    EVENTFLOW_START_TIMEOUT_MS: "300000",
    ...topics,
  };
  const { hostname, port, pathname } = new URL(database.url);
  const earlierDatabase = {
    EVENTFLOW_DB_URL: `jdbc:postgresql://${hostname}:${port}${pathname}`,
    EVENTFLOW_DB_USERNAME: "eventflow",
    EVENTFLOW_DB_PASSWORD: "eventflow",
  };

  for (const { text, line } of scriptsOf(page)) {
    if (text.includes("--adopt")) {
      const [kept] = await sql`
        select to_regclass('public.earlier_events') is null as "isUntouched"`;
      assert.ok(
        kept?.isUntouched,
        "a step before --adopt changed the database",
      );
    }
    const shell = run(text, { ...everywhere, ...earlierDatabase });
    assert.equal(
      await shell.ended,
      0,
      `coming-from.md:${line}\n${shell.output()}`,
    );
  }

  const environments: Record<string, Readonly<Record<string, string>>> = {
    serve: {
      PAYMENT_PROVIDER_WEBHOOK_SECRET: SECRET,
      PAYMENT_PROVIDER_WEBHOOK_MAX_AGE_SECONDS: "300",
      EVENTFLOW_INTAKE_PORT: `${ports.intake}`,
      EVENTFLOW_INTAKE_OPERATIONS_PORT: `${ports.intakeOperations}`,
    },
    validator: {
      KAFKA_GROUP_ID: `validator-${group}`,
      EVENTFLOW_EXPECTED_EVENT_TYPE: "payment.authorized.v1",
      VALIDATOR_METRICS_PORT: `${ports.validator}`,
    },
    analytics: {
      ANALYTICS_GROUP_ID: `analytics-${group}`,
      ANALYTICS_TOPIC: topics.EVENTFLOW_VALIDATED_TOPIC,
      ANALYTICS_METRICS_PORT: `${ports.analytics}`,
    },
    persistence: {
      ...earlierDatabase,
      KAFKA_GROUP_ID: `java-${group}`,
      PERSISTENCE_HTTP_PORT: `${ports.persistence}`,
      EVENTFLOW_DB_ALLOW_EXCESS_RIGHTS: "true",
    },
    observer: {
      EVENTFLOW_VALIDATOR_GROUP_ID: `validator-${group}`,
      EVENTFLOW_ANALYTICS_GROUP_ID: `analytics-${group}`,
      EVENTFLOW_PERSISTENCE_GROUP_ID: `java-${group}`,
      EVENTFLOW_OBSERVER_PORT: `${ports.observer}`,
    },
  };
  const started = page.match(/^(?:deno task serve|bun run \w+)/gm) ?? [];
  assert.equal(started.length, 5);
  const shells = started.map((command) => {
    const name = command.split(" ").at(-1) ?? "";
    const shell = run(command, { ...everywhere, ...environments[name] });
    resources.defer(async () => {
      shell.pressCtrlC();
      await shell.ended;
    });
    return shell;
  });
  const said = () => shells.map((shell) => shell.output()).join("\n");
  const read = async (port: number, path: string) => {
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { ok: response.ok, text: await response.text() };
    } catch {
      return { ok: false, text: "" };
    }
  };
  for (const port of Object.values(ports)) {
    await until(
      `port ${port} is ready\n${said()}`,
      async () => (await read(port, "/ready")).ok,
    );
  }

  const webhook = signed(
    eventOf("evt-4", "").replace(timestamp, new Date().toISOString()),
  );
  assert.equal(await send(`http://127.0.0.1:${ports.intake}`, webhook), 202);
  const ids = async () =>
    (await sql`select event_id from events order by event_id`)
      .map(({ event_id }) => event_id).join(" ");
  await until(
    "what came before and after the move is rows",
    async () => await ids() === "evt-1 evt-2 evt-3 evt-4",
  );
  for (
    const [name, path] of [
      ["validator", "/metrics"],
      ["analytics", "/metrics"],
      ["persistence", "/actuator/prometheus"],
    ] as const
  ) {
    const { text } = await read(ports[name], path);
    for (const word of asked[name]) assert.ok(text.includes(word), word);
  }
  await until("the adopted event counts as a duplicate", async () => {
    const { text } = await read(ports.persistence, "/metrics");
    return /^eventflow_persistence_duplicates_total(?:{[^}]*})? 1$/m.test(text);
  });
  assert.deepEqual(await cluster.readAll(topics.EVENTFLOW_DLQ_TOPIC), []);
  const [listed] = await sql`select event_id from earlier_events_not_adopted`;
  assert.equal(listed?.event_id, "evt-bad");
});

function run(script: string, env: Readonly<Record<string, string>>): Shell {
  return runInShell(script, { cwd: repositoryRoot, env });
}
