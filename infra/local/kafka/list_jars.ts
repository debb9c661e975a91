/**
 * `deno task jars [version…]`: has Maven resolve Kafka's jars, and those of the history's plugin, each by a pom.xml, and
 * writes the lists of them that machines without Maven fetch by.
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
import { pluginList, pluginPom } from "../history/plugin.ts";
import { copyJars, copyKafkaJars } from "./maven.ts";

const { args } = new Command("deno task jars")
  .description("Write the lists of Kafka's jars from what Maven resolves.")
  .argument("[version...]", "versions of Apache Kafka; the usual one by itself")
  .parse();

await runCommand(async () => {
  for (const version of args.length > 0 ? args : [kafkaVersion()]) {
    const lines = await resolve((folder, further, options) =>
      copyKafkaJars({ version, folder, further }, options)
    );
    await writeFile(jarListFile(version), lines.join(""));
    console.log(`Listed ${lines.length} jars of Apache Kafka ${version}.`);
  }
  const lines = await resolve((folder, further, options) =>
    copyJars({ pom: pluginPom, folder, further }, options)
  );
  await writeFile(pluginList, lines.join(""));
  console.log(`Listed ${lines.length} jars of the history's plugin.`);
  return exitCodes.ok;
});

type Copy = (
  folder: string,
  further: readonly string[],
  options: { readonly task: string },
) => Promise<void>;

/** A line for each jar, sorted. */
async function resolve(copy: Copy): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "eventflow-jars-"));
  try {
    await copy(
      folder,
      ["-Dmdep.useRepositoryLayout=true"],
      { task: "resolve the jars" },
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

/** A repository has `org/apache/kafka/kafka_2.13/4.3.1/kafka_2.13-4.3.1.jar`, and may have a classifier behind the version. */
function coordinatesOf(folder: string, jar: string): string {
  const ofVersion = dirname(join(folder, jar));
  const ofArtifact = dirname(ofVersion);
  const groupId = relative(folder, dirname(ofArtifact)).replaceAll(sep, ".");
  const [artifactId, version] = [basename(ofArtifact), basename(ofVersion)];
  const plain = `${artifactId}-${version}`;
  const classifier = basename(jar, ".jar").slice(plain.length + 1);
  return [groupId, artifactId, version, ...classifier ? [classifier] : []]
    .join(":");
}
