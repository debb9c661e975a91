import { integer, type Relation } from "../config.ts";
import type { serviceSettings } from "../service_settings.ts";
import { answerGraceMs } from "./database.ts";

/** Of a worker that stores what it reads. */
export const poolSettings = {
  dbPoolSize: integer("EVENTFLOW_DB_POOL_SIZE", {
    fallback: "4",
    min: 1,
    max: 100,
    doc: "connections at most; a partition uses one at a time",
  }),
  dbStatementTimeoutMs: integer("EVENTFLOW_DB_STATEMENT_TIMEOUT_MS", {
    fallback: "6000",
    min: 100,
    max: 600_000,
    doc: "milliseconds after which PostgreSQL gives a statement up",
  }),
};

/** A statement under way when the service is told to stop must be able to end in time. */
export const statementFitsDrain: Relation<
  typeof poolSettings & typeof serviceSettings
> = ({ dbStatementTimeoutMs, drainTimeoutMs }) =>
  dbStatementTimeoutMs + answerGraceMs > drainTimeoutMs
    ? `EVENTFLOW_DB_STATEMENT_TIMEOUT_MS must be at least ${answerGraceMs} below EVENTFLOW_DRAIN_TIMEOUT_MS: current values ${dbStatementTimeoutMs} and ${drainTimeoutMs}`
    : undefined;
