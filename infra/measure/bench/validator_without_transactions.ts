/**
 * A validator that writes and then commits, at least once: what exactly-once costs is what the real one
 * takes longer. Run by Bun, in its place; it judges by the contract alone, not by the rules of money.
 *
 * @module
 */
import { parseEvent } from "#contracts/parse.ts";
import { services } from "#contracts/services.ts";
import { port } from "#runtime/config.ts";
import type { KafkaClient, ReceivedRecord } from "#kafka/port.ts";
import { groupSettings } from "#kafka/group_settings.ts";
import { eachRecord, type Outcome } from "#consumer/handler.ts";
import type { Committer } from "#consumer/committer.ts";
import { startWorker } from "#consumer/worker.ts";
import { workerSettings } from "#consumer/worker_settings.ts";
import { runService } from "#runtime/lifecycle.ts";

const settings = {
  ...workerSettings,
  groupId: groupSettings.validatorGroup,
  port: port("EVENTFLOW_VALIDATOR_PORT", { doc: "port of health and metrics" }),
};

await runService({
  name: services.validator,
  settings,
  start: async (service) => {
    const { config } = service;
    const judge = (record: ReceivedRecord): Outcome => {
      const parsed = parseEvent(record.value);
      if (!parsed.ok) {
        return { kind: "dead-letter", rejection: parsed.rejection };
      }
      const { key, value, headers } = record;
      const forwarded = { topic: config.validatedTopic, key, value, headers };
      return { kind: "forward", records: [forwarded] };
    };
    await startWorker(service, {
      topic: config.rawTopic,
      outputTopics: [config.validatedTopic],
      groupId: config.groupId,
      port: config.port,
      portEnv: settings.port.env,
      handle: eachRecord(judge),
      metrics: { consumed() {}, committed() {}, failed() {} },
      committer: atLeastOnce,
    });
  },
});

/** Writes, then commits; what is written again after a failure is written twice. */
function atLeastOnce(
  kafka: KafkaClient,
): Pick<Committer, "commit" | "verify" | "endLast" | "close"> {
  const sender = kafka.sender();
  return {
    async commit({ output, nextOffset, commitOffset }) {
      await sender.send(output);
      await commitOffset(nextOffset);
      return { kind: "committed" };
    },
    verify: () => Promise.resolve(),
    endLast: () => Promise.resolve(),
    close: () => sender.close(),
  };
}
