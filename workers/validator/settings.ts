import { port } from "#runtime/config.ts";
import { groupSettings } from "#runtime/kafka/worker/group_settings.ts";
import { workerSettings } from "#runtime/kafka/worker/worker_settings.ts";

export const settings = {
  ...workerSettings,
  groupId: groupSettings.validatorGroup,
  port: port("EVENTFLOW_VALIDATOR_PORT", {
    fallback: "8001",
    doc: "port of the validator's health and metrics",
  }),
};
