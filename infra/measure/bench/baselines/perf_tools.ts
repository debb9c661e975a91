/**
 * Kafka's own performance tools: what the Java clients do with the same bytes on the same broker, when
 * they do nothing else.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { log4j } from "#local/kafka/broker.ts";
import { javaProgram } from "#local/kafka/java.ts";

export type Performance = {
  readonly recordsPerSecond: number;
  /** Megabytes of 1,024² bytes, values alone for the producer, keys with them for the consumer. */
  readonly megabytesPerSecond: number;
};

type Run = {
  /** Folder of the broker's jars. */
  readonly jars: string;
  /** host:port of brokers, comma-separated. */
  readonly kafka: string;
  readonly topic: string;
  readonly records: number;
  /** Further settings of its client, as `{ "batch.size": "131072" }`. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Ends the tool when it is aborted. */
  readonly stopping?: AbortSignal;
};

/**
 * Writes `records` records as fast as they are acknowledged by all in-sync replicas, through one
 * idempotent producer. They have no key, and each is a line of the file that is chosen at random.
 *
 * @param run.payloadFile one event a line, in UTF-8; the tool holds all of it in memory
 * @param run.warmupRecords how many of the records come before what is measured: while Java still
 *   interprets its code, a producer is some three times slower
 * @throws {Error} if the tool fails, or has not sent every record
 */
export async function producerPerformance(
  { payloadFile, warmupRecords = 0, ...run }: Run & {
    readonly payloadFile: string;
    readonly warmupRecords?: number;
  },
): Promise<Performance> {
  const properties = {
    "acks": "all",
    "enable.idempotence": "true",
    ...run.properties,
  };
  const output = await runTool("ProducerPerformance", run, [
    ...["--payload-file", payloadFile],
    ...["--throughput", "-1"],
    ...warmupRecords > 0 ? ["--warmup-records", String(warmupRecords)] : [],
    "--command-property",
    ...assignments(properties),
  ]);
  return parseProducerPerformance(output, run.records - warmupRecords);
}

/**
 * Reads `records` records from the start of a topic, through one consumer. Measured is the time after it
 * has joined its group.
 *
 * @throws {Error} if the tool fails, or has waited 10 s in vain for a further record
 */
export async function consumerPerformance(run: Run): Promise<Performance> {
  const output = await runTool(
    "ConsumerPerformance",
    run,
    assignments(run.properties ?? {})
      .flatMap((one) => ["--command-property", one]),
  );
  return parseConsumerPerformance(output, run.records);
}

/**
 * Reads the last summary of ProducerPerformance, `N records sent, N records/sec (N MB/sec), …`. After a
 * warm-up that is the one of the `steady state records`, the others.
 *
 * @param records how many records it must be about
 * @throws {Error} if there is none, or it is about fewer
 */
export function parseProducerPerformance(
  output: string,
  records: number,
): Performance {
  const summary =
    /^(\d+) (?:steady state )?records sent, ([\d.]+) records\/sec \(([\d.]+) MB\/sec\)/gm;
  const [, sent, recordsPerSecond, megabytesPerSecond] =
    [...output.matchAll(summary)].at(-1) ?? [];
  return checked({
    tool: "ProducerPerformance",
    output,
    records,
    done: Number(sent),
    recordsPerSecond: Number(recordsPerSecond),
    megabytesPerSecond: Number(megabytesPerSecond),
  });
}

/**
 * Reads the table of ConsumerPerformance by its header: `fetch.nMsg.sec` and `fetch.MB.sec`, which leave
 * out the time it took to join the group. It reads whole fetches, so a little more than it was asked for.
 *
 * @param records how many records it must have read at least
 * @throws {Error} if there is no such table, or it is about fewer
 */
export function parseConsumerPerformance(
  output: string,
  records: number,
): Performance {
  const lines = output.split("\n");
  const header = lines.find((line) => line.startsWith("start.time,")) ?? "";
  const columns = header.split(",").map((name) => name.trim());
  const row = lines
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(","))
    .findLast((fields) => fields.length === columns.length) ?? [];
  const field = (name: string) => Number(row[columns.indexOf(name)]);
  return checked({
    tool: "ConsumerPerformance",
    output,
    records,
    done: field("data.consumed.in.nMsg"),
    recordsPerSecond: field("fetch.nMsg.sec"),
    megabytesPerSecond: field("fetch.MB.sec"),
  });
}

function checked(
  { tool, output, records, done, ...performance }: Performance & {
    tool: string;
    output: string;
    records: number;
    done: number;
  },
): Performance {
  const numbers = [done, ...Object.values(performance)];
  if (!numbers.every(Number.isFinite)) {
    throw new Error(
      `Cannot read the figures of Kafka's ${tool} as they are not where 4.3.1 writes them: it wrote ${
        JSON.stringify(output.slice(-500))
      }`,
    );
  }
  if (done < records) {
    throw new Error(
      `Kafka's ${tool} got through ${done} records and should have through ${records}`,
    );
  }
  return performance;
}

/** Runs a tool to its end and returns what it wrote. */
async function runTool(
  tool: "ProducerPerformance" | "ConsumerPerformance",
  { jars, kafka, topic, records, stopping }: Run,
  further: readonly string[],
): Promise<string> {
  const args = [
    "-Xmx512m",
    // It writes numbers as the language of its user has them.
    "-Duser.language=en",
    `-Dlog4j2.configurationFile=${log4j}`,
    ...["-cp", join(jars, "*")],
    `org.apache.kafka.tools.${tool}`,
    ...["--bootstrap-server", kafka],
    ...["--topic", topic],
    ...["--num-records", String(records)],
    ...further,
  ];
  const program = await javaProgram();
  return await new Promise((resolve, reject) =>
    execFile(program, args, {
      signal: stopping,
      maxBuffer: 16 * 1024 * 1024,
    }, (cause, stdout, stderr) => {
      if (cause === null) return resolve(stdout);
      const [reason] = stderr.split("\n");
      reject(
        new Error(`Kafka's ${tool} failed: ${reason || cause.message}`, {
          cause,
        }),
      );
    })
  );
}

function assignments(properties: Readonly<Record<string, string>>): string[] {
  return Object.entries(properties).map(([name, value]) => `${name}=${value}`);
}
