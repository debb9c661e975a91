import { type ConsumerName, ofEachConsumer } from "#contracts/services.ts";
import { alsoNamed, port } from "#runtime/config.ts";

/** What the services called their ports that stood in the place of these. */
const earlierNames: Partial<Record<ConsumerName, string>> = {
  validator: "VALIDATOR_METRICS_PORT",
  analytics: "ANALYTICS_METRICS_PORT",
  persistence: "PERSISTENCE_HTTP_PORT",
};

/** Where each worker and the observer answer operators: its own settings take it from here, and so does the local stack. */
export const portSettings = {
  ...ofEachConsumer("Port", (consumer, name) => {
    const setting = port(`EVENTFLOW_${name.toUpperCase()}_PORT`, {
      fallback: `${consumer.port}`,
      doc: `port of the ${name} worker's health and metrics`,
    });
    const earlier = earlierNames[name];
    return earlier === undefined ? setting : alsoNamed(earlier, setting);
  }),
  observerPort: port("EVENTFLOW_OBSERVER_PORT", {
    fallback: "8006",
    doc: "port of the observer's health and metrics",
  }),
};
