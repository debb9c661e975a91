import { services } from "#contracts/services.ts";
import { refused, text } from "#runtime/config.ts";

/** The consumer group of each worker: its own settings take it from here, and so does the audit. */
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

/** What the earlier validator and persistence each called their group. */
export const EARLIER_GROUP = "KAFKA_GROUP_ID";

/** For whatever looks at several groups: it would look at others than the workers are in. */
export const noSingleGroup = {
  singleGroup: refused(EARLIER_GROUP, {
    doc: "refused here: it does not say whose group it is",
    instead:
      `must not be set here, as it does not say which worker's group it is: set ${groupSettings.validatorGroup.env}, ${groupSettings.analyticsGroup.env} and ${groupSettings.persistenceGroup.env} instead`,
  }),
};
