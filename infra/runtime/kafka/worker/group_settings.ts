import { services } from "#contracts/services.ts";
import { text } from "../../config.ts";

/** The consumer group of each worker: its own settings take it from here, and so does the ledger. */
export const groupSettings = {
  validatorGroup: text("EVENTFLOW_VALIDATOR_GROUP_ID", {
    fallback: services.validator,
    doc: "consumer group of the validator",
  }),
  analyticsGroup: text("EVENTFLOW_ANALYTICS_GROUP_ID", {
    fallback: services.analytics,
    doc: "consumer group of analytics",
  }),
  persistenceGroup: text("EVENTFLOW_PERSISTENCE_GROUP_ID", {
    fallback: services.persistence,
    doc: "consumer group",
  }),
};
