import type { Setting, Settings } from "#runtime/config.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import { stackSettings } from "../../stack/settings.ts";
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
      "Settings are environment variables. An empty one counts as unset. A service that is configured wrongly does not start and says which variables are at odds and what they are.",
      "## Every service",
      settingsTable(serviceSettings),
      ...services.flatMap(({ folder, settings }) => [
        `## ${code(folder)}`,
        settingsTable(settings),
      ]),
      "## The local stack",
      "`deno task up` sets what its services need to find each other, and passes everything else in its environment on to them. A port of 0 is replaced by a free one.",
      settingsTable(stackSettings),
      "Beside these, `EVENTFLOW_HOME` is the folder of all its files, by default `.eventflow` in the repository, and `JAVA_HOME` the Java that runs Kafka, by default the one on the path.",
    ],
  });
}

function settingsTable(settings: Settings): string {
  return table(
    ["Variable", "Default", "Secret", "Meaning"],
    Object.values(settings).map((setting) => [
      code(setting.env),
      fallbackOf(setting),
      setting.secret ? "secret" : "",
      setting.doc,
    ]),
  );
}

function fallbackOf({ fallback, secret }: Setting<unknown>): string {
  if (fallback === undefined) return "required";
  if (fallback === "") return "–";
  return secret ? "that of the local stack" : code(fallback);
}

/**
 * The settings table that a service's module exports.
 *
 * @throws {Error} where it exports none, or several
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
