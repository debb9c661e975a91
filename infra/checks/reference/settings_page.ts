import type { Setting, Settings } from "#runtime/config.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { downloadSettings } from "#local/downloads/settings.ts";
import { operationsSettings } from "#local/service_jobs.ts";
import { stackSettings } from "#local/settings.ts";
import { upSettings } from "#local/up_providers.ts";
import { historySettings } from "#operations/history/settings.ts";
import { code, generatedPage, table } from "./markdown.ts";

export type ServiceSettings = {
  /** The service's folder, such as `workers/validator`. */
  readonly folder: string;
  readonly settings: Settings;
};

/** Every setting of every service, of the local stack and of its tests. */
export function settingsPage(services: readonly ServiceSettings[]): string {
  return generatedPage({
    title: "Settings",
    source: "`settings.ts` of each service",
    parts: [
      "Settings are environment variables. An empty one counts as unset, and blanks around a value are taken off; control and invisible characters are refused. A service that is configured wrongly does not start (exit code 78) and says which variables are at odds and what they are.",
      "A secret may stand in a file instead, named by the same variable with `_FILE` behind it: `EVENTFLOW_DB_PASSWORD_FILE=/run/secrets/db`. The file has the secret and at most a newline after it. Of a secret nothing is taken off: white space at its beginning or end is refused, and so are both forms at once, an empty file, and one that cannot be read. Where a secret has a default for development, set but empty is refused too. No message, log or page shows any part of a secret.",
      "Some settings had another name in the services that stood in EventFlow's place before. That name works too, said here as *earlier*; if both are set they must not differ. A variable that looks like one of EventFlow's, or of those services, and is read by nothing is named at the start; if its name speaks of a group, a topic, brokers or a database, a worker does not start, for it would read from or write to another place than was meant.",
      "## Every service",
      settingsTable(serviceSettings),
      ...services.flatMap(({ folder, settings }) => [
        `## ${code(folder)}`,
        settingsTable(withoutThoseOfAll(settings)),
      ]),
      "## The local stack",
      "`deno task up` sets what its services need to find each other, and passes everything else in its environment on to them. A port of 0 is replaced by a free one.",
      settingsTable({
        ...stackSettings,
        ...operationsSettings,
        ...upSettings,
        ...downloadSettings,
      }),
      "## The history",
      "Of `deno task history`, and of `deno task audit --history`.",
      settingsTable(historySettings),
      "Beside these, `EVENTFLOW_HOME` is the folder of all its files, by default `.eventflow` in the repository, and `JAVA_HOME` the Java that runs Kafka, by default the one on the path; if neither is 17 or newer, one is fetched.",
    ],
  });
}

function settingsTable(settings: Settings): string {
  return table(
    ["Variable", "Default", "Secret", "Meaning"],
    Object.values(settings).map((setting) => [
      namesOf(setting),
      fallbackOf(setting),
      setting.secret ? "secret" : "",
      setting.doc,
    ]),
  );
}

function namesOf({ env, earlier }: Setting<unknown>): string {
  return earlier === undefined
    ? code(env)
    : `${code(env)}, earlier ${code(earlier)}`;
}

function fallbackOf(
  { fallback, optional, publicDefault }: Setting<unknown>,
): string {
  if (fallback !== undefined) return code(fallback);
  if (optional) return "–";
  return publicDefault === undefined
    ? "required"
    : "required, except in development";
}

function withoutThoseOfAll(settings: Settings): Settings {
  const ofAll = new Set(Object.values(serviceSettings).map(({ env }) => env));
  return Object.fromEntries(
    Object.entries(settings).filter(([, { env }]) => !ofAll.has(env)),
  );
}

/**
 * The settings table that a service's module exports.
 *
 * @throws {Error} if it exports none, or several
 */
export function settingsIn(
  module: Readonly<Record<string, unknown>>,
  path: string,
): Settings {
  const [settings, ...others] = Object.values(module).filter(isSettings);
  if (settings === undefined || others.length > 0) {
    throw new Error(
      `${path} must export exactly one table of settings, but exports ${
        settings === undefined ? "none" : others.length + 1
      }.`,
    );
  }
  return settings;
}

function isSettings(value: unknown): value is Settings {
  return typeof value === "object" && value !== null &&
    Object.keys(value).length > 0 && Object.values(value).every(isSetting);
}

function isSetting(value: unknown): boolean {
  return typeof value === "object" && value !== null &&
    "env" in value && "doc" in value && "schema" in value;
}
