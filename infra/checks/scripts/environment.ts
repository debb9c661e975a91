import { randomUUID } from "node:crypto";
import { delimiter, dirname } from "node:path";
import process from "node:process";
import { freePort } from "#processes/ports.ts";
import { stackSettings } from "#local/settings.ts";

export type ScriptEnvironment = {
  readonly env: Readonly<Record<string, string>>;
  /** Free ports by the default port each stands in for. */
  readonly ports: ReadonlyMap<string, number>;
  /** Text in the environment that tells the processes of this run from all others. */
  readonly marker: string;
};

/** Settings of the person who runs the check, which must not reach what the README starts. */
const settings = /^(EVENTFLOW|KAFKA|SIMULATOR|PAYMENT_PROVIDER)_/;

/** A machine that checks has other work: nobody is given up on it as soon as on a newcomer's. */
const busyMachine = {
  EVENTFLOW_START_TIMEOUT_MS: "300000",
  EVENTFLOW_STACK_TIMEOUT_SECONDS: "300",
};

/**
 * An environment as a newcomer has it, with nothing configured, but with free ports for the local stack, and patience.
 * The Deno that runs this is last on its path, for a README that has a bare `deno`.
 */
export async function environment(): Promise<ScriptEnvironment> {
  const marker = randomUUID();
  const env: Record<string, string> = {
    EVENTFLOW_README_CHECK: marker,
    ...busyMachine,
  };
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !settings.test(name)) env[name] = value;
  }
  env.PATH = [env.PATH, dirname(process.execPath)].join(delimiter);
  const ports = new Map<string, number>();
  for (const { env: name, fallback } of Object.values(stackSettings)) {
    const port = await freePort();
    env[name] = String(port);
    if (fallback !== undefined) ports.set(fallback, port);
  }
  return { env, ports, marker };
}
