/**
 * The note a running `up` leaves for the other commands: that it runs, and on which ports.
 *
 * @module
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import type { Home } from "./home.ts";
import { PidFiles } from "#processes/pid_files.ts";
import {
  configuredPlaces,
  type FurtherPorts,
  type Places,
  portNames,
  type Ports,
} from "./settings.ts";

const portsFile = (home: Home) => join(home.root, "ports.json");
const upFile = (home: Home) => new PidFiles(home.root);

/** Says that this process is the running stack. */
export async function announce(
  home: Home,
  { ports, further }: Places,
): Promise<void> {
  await mkdir(home.root, { recursive: true });
  await writeFile(portsFile(home), JSON.stringify({ ...ports, further }));
  await upFile(home).write("up", process.pid);
}

export async function withdraw(home: Home): Promise<void> {
  await upFile(home).remove("up");
  await rm(portsFile(home), { force: true });
}

/** Process id of the running `up`. */
export async function runningStack(home: Home): Promise<number | undefined> {
  return (await upFile(home).find("up"))?.pid;
}

/** Where all instances of the running stack are, else where the environment names them. */
export async function currentPlaces(home: Home): Promise<Places> {
  if (await runningStack(home) === undefined) return configuredPlaces();
  const port = z.int().min(1).max(65535);
  const further: z.ZodType<FurtherPorts> = z.partialRecord(
    z.enum(portNames),
    z.array(port),
  );
  const schema = z.object(
    Object.fromEntries(portNames.map((name) => [name, port])) as {
      [K in keyof Ports]: typeof port;
    },
  ).extend({ further });
  const { further: others, ...ports } = schema.parse(
    JSON.parse(await readFile(portsFile(home), "utf8")),
  );
  return { ports, further: others };
}

/** Ports of the running stack, else those the environment names, of the first instance of each service. */
export async function currentPorts(home: Home): Promise<Ports> {
  return (await currentPlaces(home)).ports;
}
