import process from "node:process";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { runCommand } from "#runtime/command_line.ts";
import {
  type Config,
  readConfig,
  type Relation,
  type Settings,
} from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { serviceSettings } from "#runtime/service_settings.ts";
import type { Handler } from "./handler.ts";
import { judge } from "./judge.ts";

type All<S extends Settings> = S & typeof serviceSettings;

/** What judges, until it is closed. */
type Judge = {
  /** One that leaves nothing behind. */
  readonly handle: Handler;
  readonly close?: () => Promise<void>;
};

/**
 * If the worker was started with `--judge`, reads records as lines of JSON from standard input, writes to standard output
 * a line for each that says what this worker would make of it, and ends the process. Kafka is not asked, no position
 * moves, and nothing is written. Else it does nothing.
 */
export async function judgeIfAsked<const S extends Settings>(
  { name, settings, relations, open }: {
    name: string;
    settings: S;
    relations?: readonly Relation<All<S>>[];
    open: (config: Config<All<S>>) => Promise<Judge> | Judge;
  },
): Promise<void> {
  if (!process.argv.includes("--judge")) return;
  await runCommand(async () => {
    const config = readConfig(
      name,
      { ...settings, ...serviceSettings },
      process.env,
      relations,
    );
    const { handle, close } = await open(config);
    try {
      const lines = createInterface({
        input: process.stdin,
        crlfDelay: Infinity,
      });
      for await (const judgements of judge(handle, lines)) {
        const text = judgements.map((one) => `${JSON.stringify(one)}\n`);
        const isTaken = process.stdout.write(text.join(""));
        if (!isTaken) await once(process.stdout, "drain");
      }
    } finally {
      await close?.();
    }
    return exitCodes.ok;
  });
}
