import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import process from "node:process";
import { StartError } from "#runtime/lifecycle.ts";
import { sayProgress, secondsSince } from "../downloads/progress.ts";
import { makeWhole } from "../downloads/whole_folder.ts";
import { kafkaVersion } from "../home.ts";
import { downloadJars, readJarList, verifyJars } from "./jars.ts";
import { findJava } from "./java.ts";
import { copyKafkaJars } from "./maven.ts";

/**
 * Fetches the broker's jars into `jars`, unless they are there: through Maven, which has a cache and may know a
 * mirror, or if there is none by the committed list.
 *
 * @param say is told what is under way, a line at a time
 * @param stopping ends what is under way when it is aborted
 * @throws {StartError} saying what could not be fetched from where, and what to do
 */
export async function installKafka(
  jars: string,
  say: (line: string) => void,
  stopping?: AbortSignal,
): Promise<void> {
  if (existsSync(jars)) return;
  const began = Date.now();
  const version = kafkaVersion();
  const list = await readJarList(version);
  const byMaven = await hasMaven();
  if (!byMaven && list === undefined) {
    throw new StartError(
      `Apache Kafka ${version} cannot be fetched without Maven, as infra/local/kafka/jars has no list of its jars: install Maven 3.8 or newer and Java 17 or newer, or leave EVENTFLOW_KAFKA_VERSION unset.`,
    );
  }
  const how = byMaven ? "through Maven" : "from Maven Central";
  say(`Fetching Apache Kafka ${version} ${how} (about 55 MB) …`);
  await makeWhole(jars, async (folder) => {
    if (byMaven) {
      await copyByMaven(version, folder, say, stopping);
      if (list !== undefined) await verifyJars(list, folder);
    } else if (list !== undefined) {
      await downloadJars(list, folder, { say, stopping });
    }
  });
  say(`Fetched Apache Kafka in ${secondsSince(began)}.`);
}

/** Whether Maven can be run: it is on the path, and so is, or in `JAVA_HOME`, the Java that it needs. */
export async function hasMaven(): Promise<boolean> {
  const folders = process.env.PATH?.split(delimiter) ?? [];
  return folders.some((folder) => existsSync(join(folder, "mvn"))) &&
    "program" in await findJava(process.env);
}

async function copyByMaven(
  version: string,
  folder: string,
  say: (line: string) => void,
  stopping: AbortSignal | undefined,
): Promise<void> {
  let fetched = 0;
  using _ = sayProgress(say, () => `${fetched} files fetched`);
  await copyKafkaJars({ version, folder }, {
    task: "fetch Apache Kafka",
    stopping,
    onLine(line) {
      if (line.includes("Downloaded from")) fetched++;
    },
  });
}
