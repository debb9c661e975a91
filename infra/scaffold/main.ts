/**
 * `deno task new consumer <name>`: makes a worker of its own that reads, counts and dead-letters, and names it in every place
 * that has to know it. In another language it makes a program in a folder of its own, outside of this repository.
 *
 * @module
 */
import { Command, Option } from "commander";
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { runCommand, say } from "#runtime/command_line.ts";
import { repositoryRoot } from "#local/home.ts";
import { apply } from "./apply.ts";
import { regenerate } from "./generated.ts";
import { flawOfName, type NewConsumer, newConsumer } from "./new_consumer.ts";
import {
  type OtherLanguage,
  otherLanguages,
  planInOtherLanguage,
} from "./other_language.ts";
import { planFor } from "./plan.ts";
import { choosePort } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import { ownerOfName } from "./taken_names.ts";

type Options = {
  readonly topic: "raw" | "validated" | "enriched";
  readonly port?: string;
  readonly lang: "ts" | OtherLanguage;
  readonly to?: string;
};

const command = new Command("deno task new");
command.command("consumer")
  .description(
    "Make a worker that reads a topic as a group of its own, with its test, and name it wherever consumers are named.",
  )
  .argument("<name>", "in snake case or kebab case, such as fraud_watch")
  .addOption(
    new Option("--topic <topic>", "what it reads")
      .choices(["raw", "validated", "enriched"]).default("validated"),
  )
  .option(
    "--port <number>",
    "where it tells operators how it is; absent: the next free one",
  )
  .addOption(
    new Option("--lang <language>", "what it is written in")
      .choices(["ts", ...otherLanguages]).default("ts"),
  )
  .option(
    "--to <folder>",
    "of one in another language: its folder; absent: one of its name beside this repository",
  )
  .action((name: string, options: Options) =>
    runCommand(() => makeConsumer(name, options))
  );
await command.parseAsync();

async function makeConsumer(
  given: string,
  { topic, port, lang, to }: Options,
): Promise<number> {
  const flaw = flawOfName(given);
  if (flaw !== undefined) {
    throw new Refusal(`The name of a consumer ${flaw}, not ${given}.`);
  }
  const consumer = newConsumer(given, {
    reads: topic,
    port: choosePort(port),
  });
  const owner = await ownerOfName(consumer, repositoryRoot);
  if (owner !== undefined) {
    throw new Refusal(`The name ${consumer.name} is taken by ${owner}.`);
  }
  if (lang !== "ts") {
    if (topic !== "validated" || port !== undefined) {
      throw new Refusal(
        `A consumer in ${lang} reads validated events and listens nowhere: leave --topic and --port out.`,
      );
    }
    return await makeInOtherLanguage(lang, consumer, to);
  }
  if (to !== undefined) {
    throw new Refusal(
      "--to is for consumers in other languages: leave it out.",
    );
  }
  const plan = await planFor(consumer, repositoryRoot);
  await apply(plan, repositoryRoot);
  for (const { path, before } of plan) {
    say(`${before === undefined ? "made     " : "changed  "}${path}`);
  }
  for (const path of await regenerate(repositoryRoot)) {
    say(`changed  ${path}`);
  }
  const { name } = consumer;
  say(`
${consumer.title} reads ${topic} events as ${consumer.service} and listens on ${consumer.port}. Next:

1. Say in workers/${name}/handle.ts what becomes of a record, and in metrics.ts what is counted.
2. Run "deno task test ${name} infra/local infra/deploy infra/monitoring infra/checks".
3. Run "deno task up": ${name} starts with the others. A Kafka of yours grants it what "deno task topics --acls" prints.`);
  return 0;
}

async function makeInOtherLanguage(
  lang: OtherLanguage,
  consumer: NewConsumer,
  to = join(dirname(repositoryRoot), consumer.name.replaceAll("_", "-")),
): Promise<number> {
  const folder = resolve(to);
  if (existsSync(folder)) {
    throw new Refusal(`${folder} is there already. Nothing was written.`);
  }
  const plan = await planInOtherLanguage(lang, consumer, repositoryRoot);
  await apply(plan, folder);
  for (const { path } of plan) say(`made     ${join(basename(folder), path)}`);
  say(`
${consumer.title} reads validated events as ${consumer.service}. Next:

1. Build and run it in ${folder}, as its README.md says, with "deno task up" running.
2. Say in \`take\` what becomes of an event.
3. A Kafka of yours has to grant it Read on the topic and on the group ${consumer.service}.`);
  return 0;
}
