/**
 * Kafka's own producer, for tests: what it writes is what other people's programs write.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import process from "node:process";

/** Neither key nor value may have it. */
const BETWEEN = "\t";

/**
 * Writes records, in few batches.
 *
 * @param options whose `jars` is the folder of Kafka's jars
 * @throws {Error} with what Java said, if they were not all acknowledged
 */
export async function produceByJava(
  { jars, bootstrap, topic, codec, records }: {
    jars: string;
    /** host:port of a broker. */
    bootstrap: string;
    topic: string;
    codec: "none" | "gzip" | "snappy" | "lz4" | "zstd";
    records: readonly { readonly key: string; readonly value: string }[];
  },
): Promise<void> {
  const home = process.env.JAVA_HOME;
  const child = spawn(home ? join(home, "bin", "java") : "java", [
    ...["-cp", join(jars, "*"), "org.apache.kafka.tools.ConsoleProducer"],
    ...["--bootstrap-server", bootstrap, "--topic", topic],
    ...["--compression-codec", codec, "--timeout", "500"],
    ...["--batch-size", `${256 * 1024}`],
    ...["--reader-property", "parse.key=true"],
    ...["--reader-property", `key.separator=${BETWEEN}`],
  ]);
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
  child.stdin.end(
    records.map(({ key, value }) => `${key}${BETWEEN}${value}\n`).join(""),
  );
  const code = await ended;
  const [output, errors] = await said;
  // It ends with 0 also if it has given a record up, and says so.
  if (code !== 0 || /ERROR/.test(output + errors)) {
    throw new Error(`Kafka's console producer: ${output}${errors}`);
  }
}
