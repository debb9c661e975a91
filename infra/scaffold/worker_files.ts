import type { NewConsumer } from "./new_consumer.ts";

/** The files of a worker that reads, counts and dead-letters, by their paths. What to replace stands in them. */
export function workerFiles(
  consumer: NewConsumer,
): ReadonlyMap<string, string> {
  const folder = `workers/${consumer.name}`;
  return new Map([
    [`${folder}/main.ts`, main(consumer)],
    [`${folder}/settings.ts`, settings(consumer)],
    [`${folder}/handle.ts`, handle(consumer)],
    [`${folder}/metrics.ts`, metrics(consumer)],
    [`${folder}/handle.test.ts`, handleTest(consumer)],
  ]);
}

function main({ name, identifier, title, reads }: NewConsumer): string {
  return `/**
 * ${title}: reads ${reads} events. Say here in one sentence what it makes of them.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { works } from "#kafka/access/work.ts";
import { eachRecord } from "#consumer/handler.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerRelations } from "#consumer/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import { handle } from "./handle.ts";
import { ${identifier}Metrics } from "./metrics.ts";
import { ${identifier}Settings } from "./settings.ts";

await runService({
  name: services.${name},
  settings: ${identifier}Settings,
  relations: workerRelations,
  start: async (service) => {
    const { config, metrics } = service;
    await startWorker(service, {
      ...works.${name}(config),
      // Replace by what is done with a record, as a verb: it names the spans of traces.
      operation: "handle",
      port: config.port,
      portEnv: ${identifier}Settings.port.env,
      handle: eachRecord(handle),
      metrics: ${identifier}Metrics(metrics),
    });
  },
});
`;
}

function settings({ name, identifier }: NewConsumer): string {
  return `import { groupSettings, noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerSettings } from "#consumer/worker_settings.ts";

export const ${identifier}Settings = {
  ...workerSettings,
  ...noSingleGroup,
  groupId: groupSettings.${name}Group,
  port: portSettings.${name}Port,
};
`;
}

function handle({ title }: NewConsumer): string {
  return `import { parseEvent } from "#contracts/parse.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { done, type Outcome } from "#consumer/handler.ts";

/**
 * ${title}: what becomes of one record. It may be called again with the same one, so its effects must be idempotent.
 */
export function handle(record: ReceivedRecord): Outcome {
  const parsed = parseEvent(record.value);
  if (!parsed.ok) return { kind: "dead-letter", rejection: parsed.rejection };
  // Replace by what this worker is for: \`parsed.value\` is the event. If it has to wait for something, such as a database,
  // write a \`Handler\` in place of this function: it is given the records of a batch together.
  return done;
}
`;
}

function metrics({ name, identifier, title }: NewConsumer): string {
  return `import type { WorkerMetrics } from "#consumer/handler.ts";
import type { Metrics } from "#runtime/metrics.ts";

/**
 * What ${title.toLowerCase()} counts: each record once, when it is finished and its position committed. Boards and alerts ask for
 * these three by name; further ones are up to you. Every worker's own, such as lag and dead letters, come with the runtime.
 */
export function ${identifier}Metrics(metrics: Metrics): WorkerMetrics {
  const events = metrics.counter({
    name: "eventflow_${name}_events_total",
    answers: "How many events have been handled, and how fast?",
    help: "Events handled; dead letters are not among them.",
  });
  const errors = metrics.counter({
    name: "eventflow_${name}_processing_errors_total",
    answers: "Does ${title.toLowerCase()} have to try again?",
    help: "Failed tries that are repeated; dead letters are not among them.",
  });
  const latency = metrics.histogram({
    name: "eventflow_${name}_processing_latency_seconds",
    answers: "How long does ${title.toLowerCase()} hold a record?",
    help: "From taken up to committed, per record.",
  });
  return {
    consumed() {},
    committed({ results, seconds }) {
      latency.observe(seconds, {}, results.length);
      for (const { outcome } of results) {
        if (outcome.kind !== "dead-letter") events.add(1, {});
      }
    },
    failed: () => errors.add(1, {}),
  };
}
`;
}

function handleTest(
  { name, identifier, service }: NewConsumer,
): string {
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { Metrics } from "#runtime/metrics.ts";
import { paymentJson } from "#kit/payment.ts";
import { record } from "#kit/validated_record.ts";
import { handle } from "./handle.ts";
import { ${identifier}Metrics } from "./metrics.ts";

const good = record(1, paymentJson());
const corrupt = record(2, "{}");

test("an event is handled", () => {
  assert.deepEqual(handle(good), { kind: "done" });
});

test("a record that cannot be read is a dead letter with its reason", () => {
  const outcome = handle(corrupt);
  assert.ok(outcome.kind === "dead-letter");
  assert.equal(outcome.rejection.code, "contract_violation");
});

test("an event counts when it is finished, a dead letter and a failed try do not", async () => {
  const metrics = new Metrics("${service}");
  const worker = ${identifier}Metrics(metrics);
  const results = [good, corrupt].map((one) => ({
    record: one,
    outcome: handle(one),
  }));
  worker.failed([good]);
  worker.committed({ results, seconds: 0.5 });
  const page = await metrics.render();
  assert.match(page, /^eventflow_${name}_events_total 1$/m);
  assert.match(page, /^eventflow_${name}_processing_errors_total 1$/m);
  assert.match(page, /^eventflow_${name}_processing_latency_seconds_count 2$/m);
});
`;
}
