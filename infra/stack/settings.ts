import process from "node:process";
import { type Config, port, readConfig } from "#runtime/config.ts";
import { noSingleGroup } from "#runtime/kafka/worker/group_settings.ts";
import { portSettings } from "#runtime/kafka/worker/port_settings.ts";
import { freePort } from "./ports.ts";

/** Where everything of the local stack listens, all on loopback. */
export const stackSettings = {
  intake: port("EVENTFLOW_INTAKE_PORT", {
    fallback: "8000",
    doc: "port of the webhook intake",
  }),
  intakeOperations: port("EVENTFLOW_INTAKE_OPERATIONS_PORT", {
    fallback: "8010",
    doc: "port of the intake's health and metrics",
  }),
  validator: portSettings.validatorPort,
  analytics: portSettings.analyticsPort,
  simulator: port("EVENTFLOW_SIMULATOR_PORT", {
    fallback: "8003",
    doc: "port of the payment simulator",
  }),
  observer: portSettings.observerPort,
  persistence: portSettings.persistencePort,
  kafka: port("EVENTFLOW_KAFKA_PORT", {
    fallback: "9092",
    doc: "port of the local stack's Kafka",
  }),
  kafkaController: port("EVENTFLOW_KAFKA_CONTROLLER_PORT", {
    fallback: "9094",
    doc: "port on which the local stack's Kafka talks to itself",
  }),
  postgres: port("EVENTFLOW_POSTGRES_PORT", {
    fallback: "5433",
    doc: "port of the local stack's PostgreSQL",
  }),
};

export type Ports = Config<typeof stackSettings>;

/**
 * The ports the environment names.
 *
 * @throws {ConfigError} where one is malformed, or two are the same
 */
export function configuredPorts(): Ports {
  // It would be the group of two of its workers.
  const settings = { ...stackSettings, ...noSingleGroup };
  const { singleGroup: _, ...ports } = readConfig(
    "the local stack",
    settings,
    process.env,
    [(ports) => {
      const taken = new Map<number, string>();
      for (const [key, { env }] of Object.entries(stackSettings)) {
        const value = ports[key as keyof Ports];
        const other = taken.get(value);
        if (value !== 0 && other !== undefined) {
          return `${other} and ${env} must differ: current value ${value}`;
        }
        taken.set(value, env);
      }
      return undefined;
    }],
  );
  return ports;
}

/** Replaces each 0 by a free port. */
export async function withFreePorts(ports: Ports): Promise<Ports> {
  const chosen: Record<keyof Ports, number> = { ...ports };
  for (const key of portNames) {
    if (chosen[key] === 0) chosen[key] = await freePort();
  }
  return chosen;
}

export const portNames = Object.keys(stackSettings) as (keyof Ports)[];

/** A free port for everything, for a stack of which nobody needs to know where it listens. */
export function freePorts(): Promise<Ports> {
  const any = Object.fromEntries(portNames.map((name) => [name, 0]));
  return withFreePorts({ ...configuredPorts(), ...any });
}
