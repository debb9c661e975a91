/**
 * `deno task kafka topics --describe`: Kafka's own programs against the broker of the local stack, for machines that
 * have no Kafka of their own.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { runCommand } from "#runtime/command_line.ts";
import { currentPorts } from "../current_stack.ts";
import { stackHome } from "../home.ts";
import { log4j } from "./broker.ts";
import { javaProgram } from "./java.ts";

/** By the name of the script that a Kafka of one's own has for it: `kafka-topics.sh` is `topics`. */
const programs: Readonly<Record<string, string>> = {
  topics: "org.apache.kafka.tools.TopicCommand",
  configs: "kafka.admin.ConfigCommand",
  "consumer-groups":
    "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
  "console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
  "get-offsets": "org.apache.kafka.tools.GetOffsetShell",
  transactions: "org.apache.kafka.tools.TransactionsCommand",
  "dump-log": "org.apache.kafka.tools.DumpLogSegments",
};

/** It reads files, and asks no broker. */
const WITHOUT_BROKER = "dump-log";

await runCommand(async () => {
  const [name = "", ...args] = process.argv.slice(2);
  const program = programs[name];
  if (program === undefined) {
    throw new StartError(
      `Say which of Kafka's programs: ${
        Object.keys(programs).join(", ")
      }. "deno task kafka topics --describe" is kafka-topics.sh --describe.`,
      { exitCode: exitCodes.config },
    );
  }
  const home = stackHome();
  const { kafka } = await currentPorts(home);
  const broker = ["--bootstrap-server", `127.0.0.1:${kafka}`];
  const child = spawn(await javaProgram(), [
    "-Xmx128m",
    `-Dlog4j2.configurationFile=${log4j}`,
    ...["-cp", join(home.kafkaJars, "*"), program],
    ...name === WITHOUT_BROKER ? [] : broker,
    ...args,
  ], { stdio: "inherit" });
  return await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? exitCodes.unavailable));
  });
});
