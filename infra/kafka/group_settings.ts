import { ofEachConsumer } from "#contracts/services.ts";
import { refused, text } from "#runtime/config.ts";

/** The consumer group of each worker: its own settings take it from here, and so does the audit. */
export const groupSettings = ofEachConsumer(
  "Group",
  ({ service }, name) =>
    text(`EVENTFLOW_${name.toUpperCase()}_GROUP_ID`, {
      fallback: service,
      doc: `consumer group of the ${name} worker`,
    }),
);

/** What the earlier validator and persistence each called their group. */
export const EARLIER_GROUP = "KAFKA_GROUP_ID";

/** `A, B and C` */
const listOfVariables = new Intl.ListFormat("en-GB").format(
  Object.values(groupSettings).map(({ env }) => env),
);

/** For whatever looks at several groups: it would look at others than the workers are in. */
export const noSingleGroup = {
  singleGroup: refused(EARLIER_GROUP, {
    doc: "refused here: it does not say whose group it is",
    instead:
      `must not be set here, as it does not say which worker's group it is: set ${listOfVariables} instead`,
  }),
};
