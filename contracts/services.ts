/**
 * What the services call themselves: in `failed_service` of dead letters, in metrics and logs, and, by
 * default, as consumer groups.
 */
export const services = {
  validator: "validator-service",
  analytics: "analytics-service",
  persistence: "persistence-writer",
  enrichment: "enrichment-service",
} as const;
