import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { permissionFlags } from "./http/permissions.ts";

const services = {
  intake: "PAYMENT_PROVIDER_WEBHOOK_SECRET",
  simulator: "EVENTFLOW_WEBHOOK_SIGNING_SECRET",
} as const;

/** Starts a service as `deno task serve` and `deno task simulate` do, in this environment alone. */
function start(name: keyof typeof services, env: Record<string, string>) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      "run",
      ...permissionFlags[name](env),
      fileURLToPath(new URL(`${name}/main.ts`, import.meta.url)),
    ],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: {
        PATH: process.env.PATH ?? "",
        HOME: process.env.HOME ?? "",
        ...env,
      },
      encoding: "utf8",
    },
  );
  return { status, said: stdout + stderr };
}

for (const name of ["intake", "simulator"] as const) {
  const secret = services[name];
  test(`${name} does not start without a secret of its own, and says in one sentence what to set`, () => {
    const environments: Record<string, string>[] = [
      {},
      { [secret]: "" },
      { [secret]: "a" },
      { [secret]: "eventflow-local-secret" },
      { [secret]: "", EVENTFLOW_ENVIRONMENT: "development" },
      { EVENTFLOW_ENVIRONMENT: "development", EVENTFLOW_BIND_HOST: "0.0.0.0" },
    ];
    for (const env of environments) {
      const { status, said } = start(name, env);
      assert.equal(status, 78, JSON.stringify(env));
      assert.match(
        said,
        new RegExp(`^Cannot start \\S+: ${secret} [^\\n]+\\.\\n$`),
      );
    }
  });
}
