/**
 * The services of the local stack: what each is called, where it listens and how it is started. The
 * one place that says so; a new service is a new row.
 *
 * @module
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { consumerNames } from "#contracts/services.ts";
import {
  choice,
  type Environment,
  namesOf,
  readConfig,
} from "#runtime/config.ts";
import { LOOPBACK } from "#runtime/development.ts";
import { fileVariable } from "#runtime/given.ts";
import { securitySettings } from "#kafka/security_settings.ts";
import { moduleFlags } from "#runtime/module_flags.ts";
import type { Command } from "#processes/child.ts";
import { repositoryRoot } from "./home.ts";
import { freePort } from "#processes/ports.ts";
import { databaseUrl } from "./postgres/server.ts";
import { type Places, type Ports, stackSettings } from "./settings.ts";
import type { Job } from "#processes/supervisor.ts";

export type StackService = {
  /** Also the name of its port in the stack's settings. */
  readonly name: keyof Ports;
  /** The port at which it tells operators how it is: `/health`, `/ready` with the reasons, `/metrics`. */
  readonly operations: keyof Ports;
  readonly title: string;
  /** What a person would open first. */
  readonly page: string;
  /** What it alone is told, of what all are told. */
  readonly own?: (env: ServiceEnvironment) => ServiceEnvironment;
  /** @param root of the working tree it is started from */
  readonly command: (
    env: ServiceEnvironment,
    root: string,
  ) => Promise<Command>;
};

export const operationsSettings = {
  host: choice("EVENTFLOW_OPERATIONS_HOST", {
    fallback: LOOPBACK,
    values: [LOOPBACK, "0.0.0.0"],
    doc:
      "address at which services show health and metrics; 0.0.0.0 is every " +
      "address of this machine, for a Prometheus in a container",
  }),
};

export type ServiceEnvironment = Readonly<Record<string, string>>;

/** Bun of this repository's dependencies. */
export const bunProgram = bunOf(repositoryRoot);

/** Of workers that have pages for people. */
const pages: Partial<Record<keyof Ports, string>> = { dead_letter_desk: "/" };

/** What works records off: each is a consumer group. */
export const workers = consumerNames.map(onBun);

/** In the order of their start; services of one stage start together, and stop last to first. */
export const stages: readonly (readonly StackService[])[] = [
  [...workers, onBun("observer")],
  [{
    name: "intake",
    operations: "intakeOperations",
    title: "Webhook intake",
    page: "/docs",
    command: (env, root) => onDeno("intake", env, root),
  }],
  [{
    name: "simulator",
    operations: "simulator",
    title: "Payment simulator",
    page: "/docs",
    command: (env, root) => onDeno("simulator", env, root),
  }],
];

export const services: readonly StackService[] = stages.flat();

/** A service at ports of its own. */
export type Instance = {
  /** `validator`, the second is `validator-2`: names its log and its pid file. */
  readonly name: string;
  readonly service: StackService;
  /** Its own, and of all else that of the first instance. */
  readonly ports: Ports;
};

/** Every instance of a service; most have one. */
export function instancesOf(
  service: StackService,
  { ports, further }: Places,
): Instance[] {
  const { name, operations } = service;
  const others = further[operations] ?? [];
  return [
    { name, service, ports },
    ...others.map((_, index) => ({
      name: `${name}-${index + 2}`,
      service,
      ports: {
        ...ports,
        ...Object.fromEntries(
          [...portsOf(service)].map((port) => [port, further[port]?.[index]]),
        ),
      },
    })),
  ];
}

export function allInstances(places: Places): Instance[] {
  return services.flatMap((service) => instancesOf(service, places));
}

export function serviceUrl(name: keyof Ports, ports: Ports, path = ""): string {
  return `http://127.0.0.1:${ports[name]}${path}`;
}

/** Where a service tells operators how it is. */
export function operationsUrl(
  name: keyof Ports,
  ports: Ports,
  path = "",
): string {
  const service = services.find((one) => one.name === name);
  return serviceUrl(service?.operations ?? name, ports, path);
}

/** What the services of a stack on these ports are told; anything else is as in the environment. */
export function serviceEnvironment(ports: Ports): ServiceEnvironment {
  const { env } = process;
  return {
    EVENTFLOW_ENVIRONMENT: "development",
    KAFKA_BOOTSTRAP_SERVERS: `127.0.0.1:${ports.kafka}`,
    EVENTFLOW_BIND_HOST: "",
    EVENTFLOW_OPERATIONS_HOST: operationsHost(env),
    // Its broker is open, and what the environment says of another's is not for it. AWS's own variables may be for the desk.
    ...Object.fromEntries(
      namesOf(securitySettings).filter((name) => !name.startsWith("AWS_"))
        .map((name) => [name, ""]),
    ),
    EVENTFLOW_DB_URL: databaseUrl(ports.postgres, "writer"),
    EVENTFLOW_DESK_DB_URL: databaseUrl(ports.postgres, "desk"),
    EVENTFLOW_DB_HOST: "",
    EVENTFLOW_DB_PORT: "",
    EVENTFLOW_DB_USER: "",
    EVENTFLOW_DB_USERNAME: "",
    EVENTFLOW_DB_PASSWORD: "",
    EVENTFLOW_DB_URL_FILE: "",
    EVENTFLOW_DB_PASSWORD_FILE: "",
    EVENTFLOW_DB_NAME: "",
    EVENTFLOW_DB_SSLMODE: "",
    EVENTFLOW_DB_SSLROOTCERT: "",
    ...Object.assign(
      {},
      ...services.flatMap((one) =>
        [...portsOf(one)].map((name) => portVariables(name, ports))
      ),
    ),
    EVENTFLOW_WEBHOOK_URL: serviceUrl(
      "intake",
      ports,
      "/api/webhooks/payment-authorized",
    ),
    ...signingAsTheIntake(env),
    SIMULATOR_AUTO_STREAM_ENABLED: env.SIMULATOR_AUTO_STREAM_ENABLED || "true",
    // The simulator knows no days: what is usual is seen soon, and so is an incident that somebody switches on.
    EVENTFLOW_SENTINEL_LEARN_MINUTES: env.EVENTFLOW_SENTINEL_LEARN_MINUTES ||
      "15",
  };
}

/**
 * The address at which operators are told how services are. The stack itself asks on loopback, which has to be part
 * of it.
 *
 * @throws {ConfigError} if it is not
 */
function operationsHost(env: Environment): string {
  const { host } = readConfig("the local stack", operationsSettings, env);
  return host;
}

/** The simulator signs with the intake's secret, unless it is told another. */
function signingAsTheIntake(env: Environment): ServiceEnvironment {
  const own = "EVENTFLOW_WEBHOOK_SIGNING_SECRET";
  if (env[own] || env[fileVariable(own)]) return {};
  const intakes = "PAYMENT_PROVIDER_WEBHOOK_SECRET";
  return Object.fromEntries(
    [[own, intakes], [fileVariable(own), fileVariable(intakes)]]
      .flatMap(([to = "", from = ""]) =>
        env[from] === undefined ? [] : [[to, env[from]]]
      ),
  );
}

/** A port by its name, and by no earlier one. */
function portVariables(name: keyof Ports, ports: Ports): ServiceEnvironment {
  const { env, earlier } = stackSettings[name];
  return {
    [env]: `${ports[name]}`,
    ...earlier !== undefined && { [earlier]: "" },
  };
}

/** The ports a service listens on. */
function portsOf({ name, operations }: StackService): Set<keyof Ports> {
  return new Set([name, operations]);
}

/**
 * The service as something that can be run and waited for.
 *
 * @param env what it is told
 * @param root of the working tree it is started from
 */
export async function serviceJob(
  service: StackService,
  ports: Ports,
  env: ServiceEnvironment = serviceEnvironment(ports),
  root: string = repositoryRoot,
): Promise<Job> {
  const command = await service.command(env, root);
  return {
    name: service.name,
    command: { ...command, env: { ...env, ...service.own?.(env) }, cwd: root },
    ...readyAt(serviceUrl(service.name, ports)),
  };
}

/**
 * An instance as something that can be run and waited for.
 *
 * @param more what it is told beside what all are told
 */
export async function instanceJob(
  { name, service, ports }: Instance,
  more: ServiceEnvironment = {},
): Promise<Job> {
  const env = { ...serviceEnvironment(ports), ...more };
  return { ...await serviceJob(service, ports, env), name };
}

/**
 * One more instance of a service, on free ports of its own.
 *
 * @param as names its log and its pid file
 */
export async function anotherServiceJob(
  service: StackService,
  { as, ports, env, root = repositoryRoot }: {
    as: string;
    ports: Ports;
    env: ServiceEnvironment;
    root?: string;
  },
): Promise<{ job: Job; url: string; operationsUrl: string }> {
  const { name } = service;
  const itsPorts: Record<keyof Ports, number> = { ...ports };
  const itsEnv: Record<string, string> = { ...env };
  for (const port of portsOf(service)) {
    itsPorts[port] = await freePort();
    itsEnv[stackSettings[port].env] = `${itsPorts[port]}`;
  }
  const job = await serviceJob(service, itsPorts, itsEnv, root);
  return {
    job: { ...job, name: as },
    url: serviceUrl(name, itsPorts),
    operationsUrl: operationsUrl(name, itsPorts),
  };
}

/** What a job says of whether it is ready that serves a service's health. */
export function readyAt(
  url: string,
): Required<Pick<Job, "isReady" | "whyNotReady">> {
  return {
    isReady: async () => (await readinessOf(url)).ready,
    whyNotReady: async () => (await readinessOf(url)).reason,
  };
}

/** Asks a service whether it can do its work, and if not, why. Never throws. */
export async function readinessOf(
  url: string,
): Promise<{ ready: boolean; reason: string }> {
  try {
    const response = await fetch(`${url}/ready`, {
      signal: AbortSignal.timeout(2_000),
    });
    const body = await response.text();
    return { ready: response.status === 200, reason: body.trim() };
  } catch {
    return { ready: false, reason: `nothing answers at ${url}` };
  }
}

/** Bun of the dependencies of a working tree. */
export function bunOf(root: string): string {
  return join(root, "node_modules/.bin/bun");
}

function onBun<const Name extends keyof Ports>(
  name: Name,
): StackService & { readonly name: Name } {
  return {
    name,
    operations: name,
    title: titleOf(name),
    page: pages[name] ?? "/metrics",
    // Its one port is for operators.
    own: ({ EVENTFLOW_OPERATIONS_HOST: host = "" }) => ({
      EVENTFLOW_BIND_HOST: host,
    }),
    command: (_env, root) =>
      Promise.resolve({
        program: bunOf(root),
        args: [join(root, "workers", name, "main.ts")],
      }),
  };
}

/** What a person reads for a worker's name: of `fraud_watch`, `Fraud watch`. */
export function titleOf(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`
    .replaceAll("_", " ");
}

/** A service on Deno, with the permissions it asks for and no others. */
async function onDeno(
  folder: "intake" | "simulator",
  env: ServiceEnvironment,
  root: string,
): Promise<Command> {
  const script = join(root, "ingest/http/permissions.ts");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["run", ...moduleFlags, "--allow-env", "--allow-read", script, folder],
    { cwd: root, env: { ...process.env, ...env } },
  );
  return {
    program: process.execPath,
    args: [
      "run",
      ...stdout.split(/\s+/).filter(Boolean),
      join(root, "ingest", folder, "main.ts"),
    ],
  };
}
