/**
 * A validator that passes everything on, and misbehaves with records that contain `MARK` as
 * SCENARIO_MISBEHAVIOUR says. Run by Bun, in the place of the one that judges.
 *
 * @module
 */
import { services } from "#contracts/services.ts";
import { sleep } from "#runtime/backoff.ts";
import { choice, port } from "#runtime/config.ts";
import type { ReceivedRecord } from "#kafka/port.ts";
import { startWorker } from "#consumer/worker.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { workerSettings } from "#consumer/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";
import {
  HANDLED_METRIC,
  MARK,
  misbehaviours,
  SLOW_MS,
} from "./misbehaviour.ts";

const settings = {
  ...workerSettings,
  groupId: groupSettings.validatorGroup,
  port: port("EVENTFLOW_VALIDATOR_PORT", { doc: "port of health and metrics" }),
  misbehaviour: choice("SCENARIO_MISBEHAVIOUR", {
    values: misbehaviours,
    doc: "what is done with a marked record",
  }),
};

const misbehave: Record<typeof misbehaviours[number], () => unknown> = {
  throwTypeError: () => JSON.parse("null").payment_id,
  beSlow: () => sleep(SLOW_MS),
  hang: () => new Promise(() => {}),
};

await runService({
  name: services.validator,
  settings,
  start: async (service) => {
    const { config } = service;
    const handled = service.metrics.counter({
      name: HANDLED_METRIC,
      answers: "Does it handle anything, and how often?",
      help: "Records handled, as often as they are.",
    });
    const pass = ({ key, value, headers }: ReceivedRecord) => ({
      kind: "forward" as const,
      records: [{ topic: config.validatedTopic, key, value, headers }],
    });
    await startWorker(service, {
      topic: config.rawTopic,
      groupId: config.groupId,
      port: config.port,
      portEnv: settings.port.env,
      async handle(records) {
        const isMarked = records.some(({ value }) => value?.includes(MARK));
        if (isMarked) await misbehave[config.misbehaviour]();
        handled.add(records.length, {});
        return records.map(pass);
      },
      metrics: { consumed() {}, committed() {}, failed() {} },
    });
  },
});
