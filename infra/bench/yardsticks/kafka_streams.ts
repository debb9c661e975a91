/**
 * The validator's yardstick: the same work as a Kafka Streams topology, exactly once (`kafka_streams/`).
 *
 * @module
 */
import { readFile, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized.ts";
import { describeError } from "#runtime/errors.ts";
import { log4j } from "../../stack/kafka/broker.ts";
import { javaProgram, requireJava } from "../../stack/kafka/install.ts";
import { runMaven } from "../../stack/kafka/maven.ts";
import { describeProcess } from "../../stack/process_table.ts";
import type { Job } from "../../stack/supervisor.ts";
import { buildFolder } from "./built_folder.ts";

const pom = fileURLToPath(new URL("kafka_streams/pom.xml", import.meta.url));
const source = fileURLToPath(
  new URL("kafka_streams/CopyAndCheck.java", import.meta.url),
);

/**
 * Builds the topology into `folder` through Maven, with the jars it needs, unless it is there and its
 * sources are still the same.
 *
 * @param say is told what is under way, a line at a time
 * @param stopping ends Maven when it is aborted
 * @returns undefined, or in a sentence why there can be none
 */
export async function installStreams(
  folder: string,
  say: (line: string) => void,
  stopping?: AbortSignal,
): Promise<string | undefined> {
  try {
    await requireJava();
    await buildFolder({
      folder,
      sources: [pom, source],
      what: "the Kafka Streams yardstick through Maven (about 25 MB)",
      say,
      async build(unfinished) {
        await runMaven([
          `--file=${pom}`,
          "compiler:compile",
          "dependency:copy-dependencies",
          "-DincludeScope=runtime",
          `-Dfolder=${unfinished}`,
          `-DoutputDirectory=${unfinished}`,
        ], { task: "build the Kafka Streams yardstick", stopping });
        await rm(join(unfinished, "target"), { recursive: true, force: true });
      },
    });
    return undefined;
  } catch (error) {
    return describeError(error);
  }
}

/**
 * The job that runs the topology. Its progress is the position of the group `applicationId` in `input`,
 * which moves with each transaction, every 100 ms.
 */
export function streamsJob(
  {
    jars,
    kafka,
    input,
    output,
    deadLetters,
    applicationId,
    stateFolder,
    threads = 1,
  }: {
    /** What `installStreams` has filled. */
    readonly jars: string;
    /** host:port of brokers, comma-separated. */
    readonly kafka: string;
    readonly input: string;
    readonly output: string;
    readonly deadLetters: string;
    /** Its group, and the `failed_service` of its dead letters. */
    readonly applicationId: string;
    /** For this process alone; made where there is none. */
    readonly stateFolder: string;
    /**
     * Each takes partitions of its own, so more of them than partitions are idle. One keeps a core busy,
     * and further ones pay only where the broker leaves them cores.
     */
    readonly threads?: number;
  },
): Job {
  return {
    name: "kafka-streams",
    command: {
      program: javaProgram(),
      args: [
        "-Xmx512m",
        `-Dlog4j2.configurationFile=${log4j}`,
        "-cp",
        [jars, join(jars, "*")].join(delimiter),
        "CopyAndCheck",
      ],
      env: {
        KAFKA_BOOTSTRAP_SERVERS: kafka,
        INPUT_TOPIC: input,
        OUTPUT_TOPIC: output,
        DEAD_LETTER_TOPIC: deadLetters,
        APPLICATION_ID: applicationId,
        EVENT_TYPE: PAYMENT_AUTHORIZED,
        STATE_FOLDER: stateFolder,
        STREAM_THREADS: String(threads),
      },
    },
    isReady: () => isRunning(join(stateFolder, "running")),
  };
}

/** Whether the process whose id is in a file runs: one that was killed has left its file. */
async function isRunning(file: string): Promise<boolean> {
  const pid = Number(await readFile(file, "utf8").catch(() => ""));
  return pid > 0 && describeProcess(pid) !== undefined;
}
