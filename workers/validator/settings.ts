import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { alsoNamed, choice, flag } from "#runtime/config.ts";
import { EARLIER_GROUP, groupSettings } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { workerSettings } from "#consumer/worker_settings.ts";

export const settings = {
  ...workerSettings,
  groupId: alsoNamed(EARLIER_GROUP, groupSettings.validatorGroup),
  port: portSettings.validatorPort,
  cloudEvents: flag("EVENTFLOW_CLOUDEVENTS", {
    fallback: "false",
    doc:
      "whether each fact says the attributes of CloudEvents in its headers, some 250 bytes beside it; see contracts/README.md",
  }),
  expectedEventType: choice("EVENTFLOW_EXPECTED_EVENT_TYPE", {
    fallback: PAYMENT_AUTHORIZED,
    values: [PAYMENT_AUTHORIZED],
    doc:
      "the earlier validator's; the types that are taken stand in contracts/events/registry.ts",
  }),
};
