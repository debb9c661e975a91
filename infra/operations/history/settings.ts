import {
  type Config,
  integer,
  optional,
  secret,
  text,
} from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";

/** Of the history: where it is, and how it is written. */
export const historySettings = {
  historyCatalogUrl: optional(secret("EVENTFLOW_HISTORY_CATALOG_URL", {
    doc:
      "postgres:// URL of the database with the history's catalog; by itself the database eventflow_history of the local stack",
  })),
  historyFiles: optional(text("EVENTFLOW_HISTORY_FILES", {
    doc:
      "where the history's files are: file:///folder, or s3://bucket/prefix; by itself the folder history in EVENTFLOW_HOME",
  })),
  historyControlTopic: text("EVENTFLOW_HISTORY_CONTROL_TOPIC", {
    fallback: "history.control.v1",
    doc: "topic in which the history's writers agree on what a commit has",
  }),
  historyCommitIntervalMs: integer("EVENTFLOW_HISTORY_COMMIT_INTERVAL_MS", {
    fallback: "60000",
    min: 1000,
    doc:
      "how often the history is committed, in milliseconds: the longer, the fewer and larger its files",
  }),
  historyTasks: integer("EVENTFLOW_HISTORY_TASKS", {
    fallback: "2",
    min: 1,
    doc: "how many tasks write the history side by side, at most",
  }),
};

/**
 * postgres:// URL of the database with the catalog.
 *
 * @throws {StartError} if nothing says where it is
 */
export function catalogOf(
  { historyCatalogUrl }: Pick<
    Config<typeof historySettings>,
    "historyCatalogUrl"
  >,
): string {
  if (historyCatalogUrl !== undefined) return historyCatalogUrl;
  throw new StartError(
    "EVENTFLOW_HISTORY_CATALOG_URL is not set: set it to the postgres:// URL of the database with the history's catalog.",
    { exitCode: exitCodes.config },
  );
}
