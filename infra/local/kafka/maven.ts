import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { StartError } from "#runtime/lifecycle.ts";

type MavenOptions = Parameters<typeof runMaven>[1];

/**
 * Has Maven copy the jars of a Kafka into a folder, by pom.xml.
 *
 * @param further more properties, such as `-Dmdep.useRepositoryLayout=true`
 * @throws {StartError} as `runMaven` does
 */
export async function copyKafkaJars(
  { version, folder, further = [] }: {
    readonly version: string;
    readonly folder: string;
    readonly further?: readonly string[];
  },
  options: MavenOptions,
): Promise<void> {
  await copyJars({
    pom: new URL("pom.xml", import.meta.url),
    folder,
    further: [`-Dkafka.version=${version}`, ...further],
  }, options);
}

/**
 * Has Maven copy the jars that a pom.xml names, and what they need, into a folder.
 *
 * @throws {StartError} as `runMaven` does
 */
export async function copyJars(
  { pom, folder, further = [] }: {
    readonly pom: URL;
    readonly folder: string;
    readonly further?: readonly string[];
  },
  options: MavenOptions,
): Promise<void> {
  await runMaven([
    `--file=${fileURLToPath(pom)}`,
    "dependency:copy-dependencies",
    "-DincludeScope=runtime",
    `-DoutputDirectory=${folder}`,
    ...further,
  ], options);
}

/**
 * Runs Maven to its end.
 *
 * @param task what it is for, as the end of "it could not …": "fetch Apache Kafka"
 * @param stopping ends it when it is aborted
 * @param onLine told of each line that it prints
 * @throws {StartError} if Maven is missing, fails or is ended: with the first reason it gave
 */
export async function runMaven(
  args: readonly string[],
  { task, stopping, onLine = () => {} }: {
    task: string;
    stopping?: AbortSignal;
    onLine?: (line: string) => void;
  },
): Promise<void> {
  const maven = spawn("mvn", ["--batch-mode", ...args], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const end = () => maven.kill("SIGTERM");
  stopping?.addEventListener("abort", end);
  if (stopping?.aborted) end();
  const complaints: string[] = [];
  createInterface({ input: maven.stdout }).on("line", (line) => {
    if (line.startsWith("[ERROR]")) complaints.push(line.slice(8));
    onLine(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    maven.once("error", (cause) =>
      reject(
        new StartError(
          `Maven (mvn) was not found and is needed to ${task}: install Maven 3.8 or newer.`,
          { cause },
        ),
      ));
    maven.once("close", resolve);
  }).finally(() => stopping?.removeEventListener("abort", end));
  if (code === 0) return;
  const how = stopping?.aborted ? "it was stopped" : `exit code ${code}`;
  const reason = complaints.find((line) =>
    !/^\s*$|COMPILATION ERROR/.test(line)
  );
  throw new StartError(
    `Maven could not ${task} (${how}): ${reason ?? "it gave no reason"}`,
  );
}
