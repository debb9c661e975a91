import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { repositoryRoot } from "#local/home.ts";
import { roleUrl } from "#local/postgres/roles.ts";
import { bunProgram } from "#local/service_jobs.ts";
import { certify, makeAuthority } from "#kit/certificates.ts";
import { startPostgres } from "#kit/own_servers.ts";
import { type Processes, withProcesses } from "#kit/processes.ts";

test("a database that cannot prove who it is is refused, by both drivers on both runtimes", () =>
  withProcesses(async (processes) => {
    const server = await startTlsPostgres(processes);
    const { ours, theirs } = server.authorities;
    const named = server.url.replace("127.0.0.1", "localhost");
    const isIn = { postgres: /^in$/, pg: /^in$/ };
    const refused = (why: RegExp) => ({ postgres: why, pg: why });
    const notTheirs = refused(/certificate/i);
    const notItsName = refused(/altname|localhost|identity/i);

    await server.certifyFor("DNS:localhost");
    await logsIn(named, { mode: "verify-full", root: ours }, isIn);
    await logsIn(named, { mode: "verify-full", root: theirs }, notTheirs);
    await logsIn(named, { mode: "verify-ca", root: theirs }, notTheirs);
    // The authorities that everybody has know nothing of this one.
    await logsIn(named, { mode: "verify-full" }, notTheirs);
    await logsIn(server.url, { mode: "verify-full", root: ours }, notItsName);
    await logsIn(server.url, { mode: "verify-ca", root: ours }, isIn);
    await logsIn(server.url, { mode: "require" }, isIn);

    await server.certifyFor("IP:127.0.0.1");
    await logsIn(server.url, { mode: "verify-full", root: ours }, isIn);
    await logsIn(named, { mode: "verify-full", root: ours }, notItsName);

    const plain = roleUrl(process.env.EVENTFLOW_TEST_POSTGRES ?? "", "owner");
    for (const mode of ["require", "verify-ca", "verify-full"]) {
      const root = mode === "require" ? undefined : ours;
      await logsIn(plain, { mode, root }, refused(/./));
    }

    const full = { mode: "verify-full", root: ours };
    const done = await migrate(server.url, full);
    assert.deepEqual([done.code, done.stderr], [0, ""]);
    assert.match(done.stdout, /is up to date/);
    const refusals: [string, Encryption, RegExp][] = [
      [server.url, { ...full, root: theirs }, /certificate/i],
      [named, full, /altname|localhost/i],
      [plain, full, /\(it does not speak TLS\)/],
    ];
    for (const [url, encryption, why] of refusals) {
      const { code, stderr } = await migrate(url, encryption);
      assert.equal(code, 78, stderr);
      assert.match(
        stderr,
        /^Database .* is not believed with sslmode=verify-full \(.*\): .*\.\n$/,
      );
      assert.match(stderr, why);
    }
  }));

type Encryption = { readonly mode: string; readonly root?: string | undefined };

/** A PostgreSQL that speaks TLS, and two authorities: it is certified by ours. */
async function startTlsPostgres(processes: Processes) {
  const folder = join(processes.folder, "certificates");
  const ours = await makeAuthority(folder, "ours");
  const theirs = await makeAuthority(folder, "theirs");
  const current = await certify(ours, {
    folder,
    name: "current",
    names: "DNS:x",
  });
  const url = await startPostgres(processes, {
    ssl: "on",
    ssl_cert_file: current.cert,
    ssl_key_file: current.key,
  });
  return {
    url: roleUrl(url, "owner"),
    authorities: { ours: ours.cert, theirs: theirs.cert },
    async certifyFor(names: string) {
      await processes.stop("postgres");
      const next = await certify(ours, { folder, name: "next", names });
      await rename(next.cert, current.cert);
      await rename(next.key, current.key);
      await processes.restart("postgres");
    },
  };
}

/** Has each driver log in on each runtime. */
async function logsIn(
  url: string,
  encryption: Encryption,
  expected: Readonly<Record<"postgres" | "pg", RegExp>>,
): Promise<void> {
  const script = join(
    repositoryRoot,
    "infra/testing/kit/test_database_drivers.ts",
  );
  const env = environmentOf(url, encryption);
  const runs = await Promise.all([
    run(bunProgram, [script], env),
    run(process.execPath, ["run", "--allow-all", "--no-check", script], env),
  ]);
  for (const { stdout, stderr } of runs) {
    const what = `${url} ${JSON.stringify(encryption)}: ${stdout}${stderr}`;
    const outcome = JSON.parse(stdout);
    assert.match(outcome.postgres, expected.postgres, what);
    assert.match(outcome.pg, expected.pg, what);
  }
}

function migrate(url: string, encryption: Encryption) {
  const script = join(repositoryRoot, "workers/persistence/migrate.ts");
  return run(bunProgram, [script], {
    ...environmentOf(url, encryption),
    EVENTFLOW_START_TIMEOUT_MS: "300000",
  });
}

function environmentOf(url: string, { mode, root }: Encryption) {
  const rootCert = root === undefined
    ? ""
    : `&sslrootcert=${encodeURIComponent(root)}`;
  return { EVENTFLOW_DB_URL: `${url}?sslmode=${mode}${rootCert}` };
}

type Ended = { code: unknown; stdout: string; stderr: string };

function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  const options = { env: { ...process.env, ...env }, cwd: repositoryRoot };
  return new Promise((resolve) =>
    execFile(
      program,
      [...args],
      options,
      (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
    )
  );
}
