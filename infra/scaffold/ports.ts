import { consumers } from "#contracts/services.ts";
import { portNames, stackSettings } from "#local/settings.ts";
import { monitoredPorts } from "../monitoring/prometheus/config.ts";
import { Refusal } from "./refusal.ts";

/** Workers are looked for here, from the first port on. */
const FIRST = 8001;
const LAST = 8999;

/** Below, a port is the system's. */
const LOWEST = 1024;
const HIGHEST = 65_535;

/** Every port that something of the stack has, and what. */
export function takenPorts(): ReadonlyMap<number, string> {
  const taken: [number, string][] = [
    ...Object.entries(monitoredPorts).map((
      [name, port],
    ): [number, string] => [port, name]),
    ...portNames.map((name): [number, string] => [
      Number(stackSettings[name].fallback),
      name,
    ]),
    ...Object.entries(consumers).map(([name, { port }]): [number, string] => [
      port,
      name,
    ]),
  ];
  return new Map(taken);
}

/**
 * The port that was asked for, else the next free one.
 *
 * @throws {Refusal} if it is no port or taken, or none is left
 */
export function choosePort(
  wanted: string | undefined,
  taken: ReadonlyMap<number, string> = takenPorts(),
): number {
  if (wanted === undefined) {
    for (let port = FIRST; port <= LAST; port++) {
      if (!taken.has(port)) return port;
    }
    throw new Refusal(
      `No port from ${FIRST} to ${LAST} is free: name one with --port.`,
    );
  }
  const port = Number(wanted);
  if (!/^\d+$/.test(wanted) || port < LOWEST || port > HIGHEST) {
    throw new Refusal(
      `--port must be a whole number from ${LOWEST} to ${HIGHEST}, not ${wanted}.`,
    );
  }
  const owner = taken.get(port);
  if (owner !== undefined) {
    throw new Refusal(`Port ${port} is taken by ${owner}.`);
  }
  return port;
}
