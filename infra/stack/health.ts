/**
 * `deno task health`: whether every part of the local stack can do its work.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { sleep } from "#runtime/backoff.ts";
import { exitCodes } from "#runtime/errors.ts";
import { alignColumns } from "./columns.ts";
import { runCommand } from "./command_line.ts";
import { currentPorts } from "./current_stack.ts";
import { stackHome } from "./home.ts";
import { brokerAnswers } from "./kafka/broker.ts";
import { postgresAnswers } from "./postgres/server.ts";
import { operationsUrl, readinessOf, services } from "./services.ts";
import { type Ports, stackSettings } from "./settings.ts";

export type Part = {
  readonly name: string;
  readonly ready: boolean;
  readonly reason: string;
};

if (import.meta.main) {
  const { timeout } = new Command("deno task health")
    .description("Say what of the local stack can work and what cannot.")
    .addOption(timeoutOption("how long to wait for what is not ready", 0))
    .parse()
    .opts<{ timeout: number }>();
  await runCommand(async () => {
    const ports = await currentPorts(stackHome());
    return await health({ ports, timeoutMs: timeout * 1000 });
  });
}

async function health(
  { ports, timeoutMs }: { ports: Ports; timeoutMs: number },
): Promise<number> {
  const deadline = Date.now() + timeoutMs;
  let parts = await checkParts(ports);
  while (parts.some(({ ready }) => !ready) && Date.now() < deadline) {
    await sleep(500);
    parts = await checkParts(ports);
  }
  console.log(
    alignColumns(parts.map(({ name, ready, reason }) => [
      ready ? "ready" : "MISSING",
      name,
      ready ? "" : reason,
    ])),
  );
  const missing = parts.filter(({ ready }) => !ready).map(({ name }) => name);
  console.log(
    missing.length === 0
      ? "All parts of the stack are ready."
      : `Not ready: ${
        missing.join(", ")
      }. Start the stack with "deno task up", or see the logs.`,
  );
  return missing.length === 0 ? exitCodes.ok : exitCodes.unavailable;
}

/** Asks every part, infrastructure first. */
export async function checkParts(ports: Ports): Promise<Part[]> {
  const infrastructure = [
    {
      name: "kafka",
      ready: await brokerAnswers(ports.kafka),
      reason:
        `no broker answers at 127.0.0.1:${ports.kafka} (${stackSettings.kafka.env})`,
    },
    {
      name: "postgres",
      ready: await postgresAnswers(ports.postgres),
      reason:
        `no server answers at 127.0.0.1:${ports.postgres} (${stackSettings.postgres.env})`,
    },
  ];
  const others = await Promise.all(
    services.map(async ({ name }) => ({
      name,
      ...await readinessOf(operationsUrl(name, ports)),
    })),
  );
  return [...infrastructure, ...others];
}

/**
 * The option for how long something is waited for, which a busy machine sets for all commands at once.
 *
 * @param fallback seconds
 */
export function timeoutOption(doc: string, fallback: number): Option {
  return new Option("--timeout <seconds>", doc)
    .env("EVENTFLOW_STACK_TIMEOUT_SECONDS")
    .argParser(parseSeconds)
    .default(fallback);
}

/** Reads a number of seconds from an option. */
function parseSeconds(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value)) {
    throw new InvalidArgumentError("It must be a number of seconds.");
  }
  return Number(value);
}
