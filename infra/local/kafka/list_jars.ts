/**
 * `deno task jars [version…]`: has Maven resolve Kafka's jars by pom.xml, and writes the list of them that machines
 * without Maven fetch by.
 *
 * @module
 */
import { Command } from "commander";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import { exitCodes } from "#runtime/errors.ts";
import { runCommand } from "#runtime/command_line.ts";
import { kafkaVersion } from "../home.ts";
import { jarListFile, sha256Of } from "./jars.ts";
import { copyKafkaJars } from "./maven.ts";

const { args } = new Command("deno task jars")
  .description("Write the lists of Kafka's jars from what Maven resolves.")
  .argument("[version...]", "versions of Apache Kafka; the usual one by itself")
  .parse();

await runCommand(async () => {
  for (const version of args.length > 0 ? args : [kafkaVersion()]) {
    const lines = await resolve(version);
    await writeFile(jarListFile(version), lines.join(""));
    console.log(`Listed ${lines.length} jars of Apache Kafka ${version}.`);
  }
  return exitCodes.ok;
});

/** A line for each jar, sorted. */
async function resolve(version: string): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-jars-"));
  try {
    await copyKafkaJars(
      { version, folder, further: ["-Dmdep.useRepositoryLayout=true"] },
      { task: "resolve Apache Kafka's jars" },
    );
    const files = await readdir(folder, { recursive: true });
    const jars = files.filter((file) => file.endsWith(".jar")).sort();
    return await Promise.all(jars.map(async (jar) => {
      const bytes = await readFile(join(folder, jar));
      return `${coordinatesOf(folder, jar)} ${
        sha256Of(bytes)
      } ${bytes.length}\n`;
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A repository has `org/apache/kafka/kafka_2.13/4.3.1/kafka_2.13-4.3.1.jar`. */
function coordinatesOf(folder: string, jar: string): string {
  const ofVersion = dirname(join(folder, jar));
  const ofArtifact = dirname(ofVersion);
  const groupId = relative(folder, dirname(ofArtifact)).replaceAll(sep, ".");
  const [artifactId, version] = [basename(ofArtifact), basename(ofVersion)];
  if (basename(jar) !== `${artifactId}-${version}.jar`) {
    throw new Error(`${jar} has a classifier, which the list cannot name`);
  }
  return `${groupId}:${artifactId}:${version}`;
}
