import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { StartError } from "#runtime/lifecycle.ts";
import { kafkaVersion } from "../home.ts";
import { runMaven } from "./maven.ts";

const pom = fileURLToPath(new URL("pom.xml", import.meta.url));

/** `java` of `JAVA_HOME`, else of the path. */
export function javaProgram(): string {
  const home = process.env.JAVA_HOME;
  return home ? join(home, "bin", "java") : "java";
}

/**
 * Makes sure a Java that runs Kafka is there.
 *
 * @throws {StartError} saying what to install
 */
export async function requireJava(): Promise<void> {
  const advice = "install a JDK 17 or newer, or point JAVA_HOME at one";
  const version = await new Promise<string>((resolve) =>
    execFile(
      javaProgram(),
      ["-version"],
      (_error, stdout, stderr) => resolve(stderr + stdout),
    )
  );
  // "17.0.15", or "1.8.0_402" before Java 9.
  const major = /version "(?:1\.)?(\d+)/.exec(version)?.[1];
  if (major === undefined) {
    throw new StartError(
      `Java was not found (${javaProgram()}) and Kafka needs it: ${advice}.`,
    );
  }
  if (Number(major) < 17) {
    throw new StartError(
      `Java is ${major} and Kafka needs 17 or newer: ${advice}.`,
    );
  }
}

/**
 * Fetches the broker's jars into `jars` through Maven, unless they are there.
 *
 * @param say is told what is under way, a line at a time
 * @param stopping ends Maven when it is aborted
 * @throws {StartError} where Maven is missing or fails
 */
export async function installKafka(
  jars: string,
  say: (line: string) => void,
  stopping?: AbortSignal,
): Promise<void> {
  if (existsSync(jars)) return;
  const began = Date.now();
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  say(`Fetching Apache Kafka ${kafkaVersion()} through Maven (about 55 MB) …`);
  // Filled beside its place and then moved there: a folder that exists is whole.
  const unfinished = `${jars}.${process.pid}.part`;
  await mkdir(dirname(jars), { recursive: true });
  let fetched = 0;
  let lastSaid = Date.now();
  try {
    await runMaven([
      `--file=${pom}`,
      "dependency:copy-dependencies",
      `-Dkafka.version=${kafkaVersion()}`,
      "-DincludeScope=runtime",
      `-DoutputDirectory=${unfinished}`,
    ], {
      task: "fetch Apache Kafka",
      stopping,
      onLine(line) {
        if (line.includes("Downloaded from")) fetched++;
        if (Date.now() - lastSaid < 5_000) return;
        lastSaid = Date.now();
        say(`  … ${fetched} files fetched after ${seconds()}`);
      },
    });
    if (!existsSync(jars)) await rename(unfinished, jars);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  say(`Fetched Apache Kafka in ${seconds()}.`);
}
