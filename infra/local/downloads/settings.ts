import process from "node:process";
import {
  type Config,
  optional,
  readConfig,
  type Setting,
  text,
} from "#runtime/config.ts";

/** Where the local stack fetches what a machine lacks, for those who reach a mirror and not the world. */
export const downloadSettings = {
  mavenMirror: optional(address("EVENTFLOW_MAVEN_MIRROR", {
    doc:
      "a mirror of Maven Central, for Kafka's jars on a machine without Maven; by itself Maven Central",
  })),
  temurinMirror: address("EVENTFLOW_TEMURIN_MIRROR", {
    fallback: "https://github.com/adoptium",
    doc: "where Temurin's releases are, for Kafka on a machine without Java",
  }),
};

/** @throws {ConfigError} if what the environment says is no address */
export function readDownloadSettings(): Config<typeof downloadSettings> {
  return readConfig("the local stack", downloadSettings, process.env);
}

function address(
  env: string,
  options: Parameters<typeof text>[1],
): Setting<string> {
  const setting = text(env, options);
  return {
    ...setting,
    schema: setting.schema.refine(
      (value) => {
        const { protocol, username } = URL.parse(value) ?? {};
        return /^https?:$/.test(protocol ?? "") && username === "";
      },
      "must be an http(s) address without a user in it",
    ),
  };
}
