/**
 * The validator's baseline: the same work as a Kafka Streams topology, exactly once (`kafka_streams/`).
 *
 * @module
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PAYMENT_AUTHORIZED } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { log4j } from "#local/kafka/broker.ts";
import { javaProgram } from "#local/kafka/java.ts";
import { describeProcess } from "#processes/process_table.ts";
import type { Job } from "#processes/supervisor.ts";
import { classPath, type JavaBaseline } from "./java_baseline.ts";

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export const kafkaStreams: JavaBaseline = {
  pom: path("kafka_streams/pom.xml"),
  source: path("kafka_streams/CopyAndCheck.java"),
  name: "the Kafka Streams baseline",
  megabytes: 25,
};

/**
 * The job that runs the topology. Its progress is the position of the group `applicationId` in `input`,
 * which moves with each transaction, every 100 ms.
 */
export async function streamsJob(
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
    /** What `installJavaYardstick` has filled. */
    readonly jars: string;
    /** host:port of brokers, comma-separated. */
    readonly kafka: string;
    readonly input: string;
    readonly output: string;
    readonly deadLetters: string;
    /** Its group, and the `failed_service` of its dead letters. */
    readonly applicationId: string;
    /** For this process alone; made if there is none. */
    readonly stateFolder: string;
    /**
     * Each takes partitions of its own, so more of them than partitions are idle. One keeps a core busy,
     * and further ones pay only if the broker leaves them cores.
     */
    readonly threads?: number;
  },
): Promise<Job> {
  return {
    name: "kafka-streams",
    command: {
      program: await javaProgram(),
      args: [
        "-Xmx512m",
        `-Dlog4j2.configurationFile=${log4j}`,
        "-cp",
        classPath(jars),
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
