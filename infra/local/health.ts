/**
 * `deno task health`: whether every part of the local stack can do its work, each instance by itself.
 *
 * @module
 */
import { Command, InvalidArgumentError, Option } from "commander";
import { sleep } from "#runtime/backoff.ts";
import { exitCodes } from "#runtime/errors.ts";
import { alignColumns } from "#runtime/columns.ts";
import { runCommand } from "#runtime/command_line.ts";
import { currentPlaces, runningStack } from "./current_stack.ts";
import { type Group, groupsOf } from "./groups.ts";
import { Holds } from "#processes/holds.ts";
import { type Home, stackHome } from "./home.ts";
import { brokerAnswers } from "./kafka/broker.ts";
import { postgresAnswers } from "./postgres/server.ts";
import {
  instancesOf,
  operationsUrl,
  readinessOf,
  services,
} from "./service_jobs.ts";
import { type Places, stackSettings } from "./settings.ts";

export type Part = {
  /** Of one of several instances, one of its own. */
  readonly name: string;
  readonly ready: boolean;
  /** Why not; of one of several instances that is ready, where it is. */
  readonly reason: string;
  /** What a person would do about it; undefined if nothing is known but to look at its log. */
  readonly remedy?: string;
};

if (import.meta.main) {
  const { timeout } = new Command("deno task health")
    .description(
      "Say what of the local stack can work and what cannot, each instance by itself: a port variable that is a list, as EVENTFLOW_VALIDATOR_PORT=8001,8011-8013, has an instance for each.",
    )
    .addOption(timeoutOption("how long to wait for what is not ready", 0))
    .parse()
    .opts<{ timeout: number }>();
  await runCommand(async () =>
    await health({ home: stackHome(), timeoutMs: timeout * 1000 })
  );
}

async function health(
  { home, timeoutMs }: { home: Home; timeoutMs: number },
): Promise<number> {
  const deadline = Date.now() + timeoutMs;
  const check = async () => await checkParts(home, await currentPlaces(home));
  let parts = await check();
  while (parts.some(({ ready }) => !ready) && Date.now() < deadline) {
    await sleep(500);
    parts = await check();
  }
  console.log(
    alignColumns(parts.map(({ name, ready, reason }) => [
      ready ? "ready" : "MISSING",
      name,
      reason,
    ])),
  );
  const missing = parts.filter(({ ready }) => !ready);
  if (missing.length === 0) {
    console.log("All parts of the stack are ready.");
    return exitCodes.ok;
  }
  const names = missing.map(({ name }) => name).join(", ");
  const isUp = await runningStack(home) !== undefined;
  const remedies = new Set(missing.map(({ remedy }) => remedy));
  const remedy = isUp
    ? [...remedies].filter((one) => one !== undefined).join(" ")
    : 'Start the stack with "deno task up".';
  console.log(
    `Not ready: ${names}. ${remedy || `See the logs in ${home.logs}.`}`,
  );
  return exitCodes.unavailable;
}

/** Asks every part, infrastructure first, then each instance of each service, then who is in the workers' groups. */
export async function checkParts(home: Home, places: Places): Promise<Part[]> {
  const { ports } = places;
  const held = new Set(await new Holds(home.held).names());
  const isUp = await runningStack(home) !== undefined;
  const stopped = {
    ready: false,
    reason: "stopped by hand",
    remedy: 'Start what was stopped with "deno task start".',
  };
  const part = (name: string, found: Omit<Part, "name">): Part =>
    isUp && !found.ready && held.has(name)
      ? { name, ...stopped }
      : { name, ...found };

  const [kafka, postgres, groups] = await Promise.all([
    brokerAnswers(ports.kafka),
    postgresAnswers(ports.postgres),
    groupsOf(ports.kafka),
  ]);
  const infrastructure = [
    part("kafka", {
      ready: kafka,
      reason: kafka
        ? ""
        : `no broker answers at 127.0.0.1:${ports.kafka} (${stackSettings.kafka.env})`,
    }),
    part("postgres", {
      ready: postgres,
      reason: postgres
        ? ""
        : `no server answers at 127.0.0.1:${ports.postgres} (${stackSettings.postgres.env})`,
    }),
  ];
  const instances = await Promise.all(
    services.flatMap((service) => {
      const all = instancesOf(service, places);
      return all.map(async ({ name, ports }) => {
        const url = operationsUrl(service.name, ports);
        const { ready, reason } = await readinessOf(url);
        const where = all.length > 1 ? url : "";
        return part(name, { ready, reason: ready ? where : reason });
      });
    }),
  );
  return [
    ...infrastructure,
    ...instances,
    ...kafka ? groups.map((group) => partOfGroup(group, places)) : [],
  ];
}

/** A group is there while it has a member; of members beyond the instances that were asked, it is said. */
export function partOfGroup(
  { name, worker, members }: Group,
  places: Places,
): Part {
  const asked = instancesOf(worker, places).length;
  const { env } = stackSettings[worker.name];
  const count = `${members} ${members === 1 ? "member" : "members"}`;
  const beyond =
    `, of which ${env} names ${asked}: name the ports of all, as in ${env}=8011-8013`;
  return {
    name: `group ${name}`,
    ready: members > 0,
    reason: members > asked ? count + beyond : count,
  };
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
