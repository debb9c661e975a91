import { alsoNamed, integer, type Relation } from "#runtime/config.ts";
import {
  connectionRelations,
  connectionSettings,
  heldBackSettings,
  topicSettings,
} from "#kafka/settings.ts";

/** Settings every worker has, beside its port and its group. */
export const workerSettings = {
  ...connectionSettings,
  ...topicSettings,
  ...heldBackSettings,
  batchMaxRecords: alsoNamed(
    "EVENTFLOW_CHUNK_MAX_RECORDS",
    integer("EVENTFLOW_BATCH_MAX_RECORDS", {
      fallback: "2000",
      min: 1,
      max: 10_000,
      doc: "records a worker takes up together",
    }),
  ),
  batchMaxBytes: alsoNamed(
    "EVENTFLOW_CHUNK_MAX_BYTES",
    integer("EVENTFLOW_BATCH_MAX_BYTES", {
      fallback: "1048576",
      min: 1,
      max: 1_048_576,
      doc: "bytes a worker takes up together; a larger record goes alone",
    }),
  ),
  batchLingerMs: alsoNamed(
    "EVENTFLOW_CHUNK_LINGER_MS",
    integer("EVENTFLOW_BATCH_LINGER_MS", {
      fallback: "10",
      max: 1_000,
      doc:
        "milliseconds from one fetch to the next at most, less where little comes, none while much waits: longer costs less, and delays",
    }),
  ),
  maxWaitingBytes: integer("EVENTFLOW_MAX_WAITING_BYTES", {
    fallback: "1048576",
    min: 1,
    doc: "bytes of a partition that wait in a worker before fetching pauses",
  }),
  retryBaseMs: integer("EVENTFLOW_RETRY_BASE_MS", {
    fallback: "100",
    min: 1,
    doc: "milliseconds before the first retry of a batch, doubled each time",
  }),
  retryMaxMs: integer("EVENTFLOW_RETRY_MAX_MS", {
    fallback: "5000",
    min: 1,
    doc: "milliseconds a retry waits at most",
  }),
  outageAfterKeys: integer("EVENTFLOW_OUTAGE_AFTER_KEYS", {
    fallback: "5",
    max: 10_000,
    doc:
      "different keys in a row that throw alike, after which an outage is suspected and nothing is dead-lettered; 0: never",
  }),
  deadLettersPerMinute: integer("EVENTFLOW_DEAD_LETTERS_PER_MINUTE", {
    fallback: "3000",
    max: 1_000_000,
    doc:
      "dead letters a worker process writes a minute before its partitions wait; 0: no cap",
  }),
  stallUnreadyMs: integer("EVENTFLOW_STALL_UNREADY_MS", {
    fallback: "30000",
    min: 1,
    doc:
      "milliseconds without movement, while records wait, after which a worker is unready",
  }),
  stallExitMs: integer("EVENTFLOW_STALL_EXIT_MS", {
    fallback: "120000",
    min: 1,
    doc:
      "milliseconds without movement, or in one attempt, after which a worker ends with code 71",
  }),
};

/** Of workers whose results nobody waits for within a tenth of a second: fewer fetches and commits for the same records. */
export const unhurriedSettings = {
  batchLingerMs: { ...workerSettings.batchLingerMs, fallback: "50" },
};

/** What a stalled worker says must be seen before it ends. */
const stallIsToldFirst: Relation<typeof workerSettings> = (
  { stallUnreadyMs, stallExitMs },
) =>
  stallUnreadyMs >= stallExitMs
    ? `EVENTFLOW_STALL_UNREADY_MS must be below EVENTFLOW_STALL_EXIT_MS: current values ${stallUnreadyMs} and ${stallExitMs}`
    : undefined;

/** Rules between the settings of every worker. */
export const workerRelations = [...connectionRelations, stallIsToldFirst];
