/**
 * What runs, wherever it is deployed, read from where it is written by hand: `compose.yaml` says who reaches whom, which secrets a service
 * has and as whom it logs in to the database, the Dockerfile as whom it runs, and the table of consumers the rest.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { isConsumer } from "#contracts/services.ts";
import { repositoryRoot } from "#local/home.ts";
import { type DatabaseRole, databaseRoles } from "#runtime/database_roles.ts";
import { monitoredPorts } from "../../monitoring/prometheus/config.ts";

/** A secret in a file, and the variable that names the file. */
export type SecretFile = {
  readonly variable: string;
  /** Of the Secret, of its key and of the file. */
  readonly name: string;
};

/** A service or a job of EventFlow. */
export type Part = {
  /** As in `workers/`, in compose and in Prometheus' jobs: `dead_letter_desk`. */
  readonly name: string;
  readonly kind: "intake" | "worker" | "desk" | "observer" | "job";
  /** Number of the user that its image runs as. */
  readonly user: number;
  /** Where health and metrics are; jobs have none. */
  readonly operationsPort?: number;
  /** Where people or senders come in. */
  readonly publicPort?: number;
  readonly reachesKafka: boolean;
  readonly reachesDatabase: boolean;
  /** As whom it logs in to the database. */
  readonly databaseRoles: readonly DatabaseRole[];
  readonly secrets: readonly SecretFile[];
};

const Compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      env_file: z.unknown().optional(),
      restart: z.string().optional(),
      networks: z.array(z.string()).default([]),
      build: z.object({ target: z.string() }).optional(),
      ports: z.array(z.string()).default([]),
      environment: z.record(z.string(), z.coerce.string()).default({}),
    }),
  ),
});

const roles = Object.keys(databaseRoles) as readonly DatabaseRole[];

const folder = join(repositoryRoot, "infra/deploy");
const { services } = Compose.parse(
  parse(readFileSync(join(folder, "compose/compose.yaml"), "utf8"), {
    merge: true,
    maxAliasCount: -1,
  }),
);
const dockerfile = readFileSync(join(folder, "images/Dockerfile"), "utf8");

/** Sends made-up payments, which belongs into no cluster that takes real ones. */
const LEFT_OUT = "simulator";

/** In the order of compose. */
export const parts: readonly Part[] = Object.entries(services)
  // What has settings of its own is EventFlow's; the rest are servers, and jobs that make secrets of a trial.
  .filter(([name, { env_file }]) => env_file !== undefined && name !== LEFT_OUT)
  .map(([name, { restart, networks, ports, environment, build }]) => {
    const kind = restart === "no" ? "job" : kindOf(name);
    const operationsPort = portOf(name);
    const published = ports.map((port) => Number(port.split(":").at(-1)));
    const publicPort = kind === "desk"
      ? operationsPort
      : published.find((port) => port !== operationsPort);
    return {
      name,
      kind,
      user: userOf(build?.target ?? name),
      ...operationsPort !== undefined && { operationsPort },
      ...publicPort !== undefined && { publicPort },
      reachesKafka: networks.includes("kafka"),
      reachesDatabase: networks.includes("postgres"),
      databaseRoles: loginsIn(environment).map(([, role]) => role),
      secrets: secretsIn(environment),
    };
  });

function kindOf(name: string): Part["kind"] {
  if (name === "intake" || name === "observer") return name;
  if (name === "dead_letter_desk") return "desk";
  if (isConsumer(name)) return "worker";
  throw new Error(
    `compose.yaml has a service ${name} that contracts/services.ts does not have: say what it is in infra/deploy/parts/parts.ts.`,
  );
}

function portOf(name: string): number | undefined {
  return Object.entries(monitoredPorts).find(([job]) => job === name)?.[1];
}

/** Variables with the URL of a database, and whose login is in it. */
function loginsIn(
  environment: Readonly<Record<string, string>>,
): readonly (readonly [variable: string, role: DatabaseRole])[] {
  return Object.entries(environment).flatMap(([variable, value]) => {
    if (value === "" || !variable.endsWith("_DB_URL")) return [];
    const { username } = new URL(value);
    const role = roles.find((one) => databaseRoles[one] === username);
    if (role === undefined) {
      throw new Error(
        `compose.yaml has ${username} log in to the database, whom infra/runtime/database_roles.ts does not have.`,
      );
    }
    return [[variable, role] as const];
  });
}

/** A secret that compose has in a file, and a database's URL, which is one in a cluster. */
function secretsIn(
  environment: Readonly<Record<string, string>>,
): readonly SecretFile[] {
  return Object.entries(environment).flatMap(([variable, value]) =>
    variable.endsWith("_FILE") && value !== ""
      ? [{ variable, name: basename(value) }]
      : loginsIn({ [variable]: value }).map(([, role]) => ({
        variable: `${variable}_FILE`,
        name: `database-${role}-url`,
      }))
  );
}

/** The last user that a stage of the Dockerfile names, else that of the stage it begins from. */
function userOf(stage: string): number {
  const [, from = "", text = ""] = new RegExp(
    `^FROM (\\S+) AS ${stage}\\n([^]*?)(?=^FROM |$(?![^]))`,
    "m",
  ).exec(dockerfile) ?? [];
  const [last] = [...text.matchAll(/^USER (\d+)/gm)].slice(-1);
  if (last !== undefined) return Number(last[1]);
  if (/^\w+$/.test(from)) return userOf(from);
  throw new Error(`The Dockerfile has no user for its stage ${stage}.`);
}
