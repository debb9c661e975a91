import { alsoNamed, port } from "#runtime/config.ts";

/** Where each worker and the observer answer operators: its own settings take it from here, and so does the local stack. */
export const portSettings = {
  validatorPort: alsoNamed(
    "VALIDATOR_METRICS_PORT",
    port("EVENTFLOW_VALIDATOR_PORT", {
      fallback: "8001",
      doc: "port of the validator's health and metrics",
    }),
  ),
  analyticsPort: alsoNamed(
    "ANALYTICS_METRICS_PORT",
    port("EVENTFLOW_ANALYTICS_PORT", {
      fallback: "8002",
      doc: "port of the analytics worker's health and metrics",
    }),
  ),
  persistencePort: alsoNamed(
    "PERSISTENCE_HTTP_PORT",
    port("EVENTFLOW_PERSISTENCE_PORT", {
      fallback: "8080",
      doc: "port of the persistence worker's health and metrics",
    }),
  ),
  observerPort: port("EVENTFLOW_OBSERVER_PORT", {
    fallback: "8006",
    doc: "port of the observer's health and metrics",
  }),
};
