import process from "node:process";
import { z } from "zod";
import { ofEachConsumer } from "#contracts/services.ts";
import {
  type Config,
  type Environment,
  port,
  readConfig,
  type Setting,
} from "#runtime/config.ts";
import { noSingleGroup } from "#kafka/group_settings.ts";
import { portSettings } from "#consumer/port_settings.ts";
import { freePort } from "#processes/ports.ts";

/** The most instances that a list names: it is a list that a person has in mind, not a range mistyped. */
const MOST_INSTANCES = 64;

/** Where everything of the local stack listens, all on loopback. What is a list has an instance for each port. */
export const stackSettings = {
  intake: several(port("EVENTFLOW_INTAKE_PORT", {
    fallback: "8000",
    doc: "port of the webhook intake",
  })),
  intakeOperations: several(port("EVENTFLOW_INTAKE_OPERATIONS_PORT", {
    fallback: "8010",
    doc: "port of the intake's health and metrics",
  })),
  ...ofEachConsumer("", (_, name) => several(portSettings[`${name}Port`])),
  simulator: several(port("EVENTFLOW_SIMULATOR_PORT", {
    fallback: "8003",
    doc: "port of the payment simulator",
  })),
  observer: several(portSettings.observerPort),
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

/** A port for each; of several instances that of the first. */
export type Ports = Readonly<Record<keyof typeof stackSettings, number>>;

/** The ports of the second instance and those after it, of services that have several. */
export type FurtherPorts = Readonly<
  Partial<Record<keyof Ports, readonly number[]>>
>;

/** Where all instances are. */
export type Places = { readonly ports: Ports; readonly further: FurtherPorts };

/**
 * The setting of a port that in the local stack may be those of several instances, as compose takes them: `8001`,
 * `8011-8013`, or `8001,8011-8013`.
 */
function several(one: Setting<number>): Setting<readonly number[]> {
  const must =
    `must be a port, or for several instances a list of ports such as 8001,8011-8013, of ${MOST_INSTANCES} at most`;
  const schema = z.string().transform((text, context) => {
    const ports = text.split(",").flatMap((entry) =>
      portsOfEntry(entry.trim())
    );
    const isGood = ports.length <= MOST_INSTANCES &&
      ports.every((port) => one.schema.safeParse(`${port}`).success);
    if (isGood) return ports;
    context.addIssue({ code: "custom", message: must });
    return z.NEVER;
  });
  return { ...one, schema };
}

/** Of `8011-8013` the three; of what is neither a port nor a range NaN, which is no port. */
function portsOfEntry(entry: string): number[] {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(entry) ?? [];
  const length = Number(to) - Number(from) + 1;
  if (!(length >= 1 && length <= MOST_INSTANCES)) return [NaN];
  return Array.from({ length }, (_, index) => Number(from) + index);
}

/**
 * The ports the environment names, of all instances.
 *
 * @throws {ConfigError} if one is malformed, or two are the same
 */
export function configuredPlaces(env: Environment = process.env): Places {
  // It would be the group of two of its workers.
  const settings = { ...stackSettings, ...noSingleGroup };
  const config = readConfig("the local stack", settings, env, [
    differ,
    intakesHaveTwoPortsEach,
  ]);
  const lists = portNames.map((name) => [name, [config[name]].flat()] as const);
  return {
    ports: Object.fromEntries(
      lists.map(([name, [first]]) => [name, first]),
    ) as Ports,
    further: Object.fromEntries(
      lists.map(([name, [_, ...others]]) => [name, others] as const)
        .filter(([, others]) => others.length > 0),
    ),
  };
}

function differ(config: Config<typeof stackSettings>): string | undefined {
  const taken = new Map<number, string>();
  for (const name of portNames) {
    const { env } = stackSettings[name];
    for (const value of [config[name]].flat()) {
      const other = taken.get(value);
      if (value !== 0 && other !== undefined) {
        return other === env
          ? `${env} must not name a port twice: it has ${value} twice`
          : `${other} and ${env} must differ: current value ${value}`;
      }
      taken.set(value, env);
    }
  }
  return undefined;
}

function intakesHaveTwoPortsEach(
  { intake, intakeOperations }: Config<typeof stackSettings>,
): string | undefined {
  return intake.length === intakeOperations.length
    ? undefined
    : `${stackSettings.intake.env} and ${stackSettings.intakeOperations.env} must name as many ports: current values ${
      intake.join(",")
    } and ${intakeOperations.join(",")}`;
}

/** The ports the environment names, of the first instance of each. */
export function configuredPorts(): Ports {
  return configuredPlaces().ports;
}

/** Replaces each 0 by a free port. */
export async function withFreePorts(ports: Ports): Promise<Ports> {
  const chosen: Record<keyof Ports, number> = { ...ports };
  for (const key of portNames) {
    if (chosen[key] === 0) chosen[key] = await freePort();
  }
  return chosen;
}

/** Replaces each 0 by a free port, of all instances. */
export async function placesWithFreePorts(
  { ports, further }: Places,
): Promise<Places> {
  const chosen: Record<string, readonly number[]> = {};
  for (const [name, others] of Object.entries(further)) {
    chosen[name] = await Promise.all(
      others.map((port) => port === 0 ? freePort() : port),
    );
  }
  return { ports: await withFreePorts(ports), further: chosen };
}

export const portNames = Object.keys(stackSettings) as (keyof Ports)[];

/** A free port for everything, for a stack of which nobody needs to know where it listens. */
export function freePorts(): Promise<Ports> {
  const any = Object.fromEntries(portNames.map((name) => [name, 0]));
  return withFreePorts({ ...configuredPorts(), ...any });
}
