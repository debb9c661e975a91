import process from "node:process";
import { z } from "zod";
import { StartError } from "#runtime/lifecycle.ts";
import { type Run, runQuietly } from "../compose.ts";
import type { Container } from "./faults.ts";

/** Has Bun, which opens the connections; built with the stack. */
const IMAGE = "eventflow/validator";
/** Nobody answers if there is no way: what a firewall drops ends by this alone. */
const ATTEMPT_MS = 10_000;

export type Target = {
  readonly name: string;
  readonly ip: string;
  readonly port: number;
};

const Inspected = z.array(z.object({
  Id: z.string(),
  Config: z.object({
    Labels: z.record(z.string(), z.string()),
    ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
  }),
  HostConfig: z.object({ RestartPolicy: z.object({ Name: z.string() }) }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ IPAddress: z.string() })),
  }),
}));

/**
 * The running containers of the stack, without its jobs.
 *
 * @throws {StartError} if none runs
 */
export async function readContainers(
  run: Run = runQuietly,
): Promise<Container[]> {
  const ids = (await docker(run, [
    "ps",
    "--quiet",
    "--filter=label=com.docker.compose.project=eventflow",
  ])).split(/\s+/).filter(Boolean);
  if (ids.length === 0) {
    throw new StartError(
      'No container of the stack runs: start it with "docker compose -f infra/deploy/compose/compose.yaml up --wait".',
    );
  }
  const text = await docker(run, ["inspect", ...ids]);
  // A job may have ended by the time it is its turn.
  const lasting = Inspected.parse(JSON.parse(text))
    .filter(({ HostConfig }) => HostConfig.RestartPolicy.Name !== "no");
  return lasting.map((one) => {
    const networks = Object.entries(one.NetworkSettings.Networks);
    return {
      id: one.Id,
      name: one.Config.Labels["com.docker.compose.service"] ?? one.Id,
      networks: networks.map(([name]) => name),
      addresses: networks.map(([, { IPAddress }]) => IPAddress).filter(Boolean),
      ports: Object.keys(one.Config.ExposedPorts ?? {}).map((port) =>
        parseInt(port)
      ),
    };
  });
}

/**
 * Names of the targets that take a connection from within a container's network.
 *
 * @param from id of the container; by itself this machine's own network
 */
export async function tryFrom(
  from: string | undefined,
  targets: readonly Target[],
  run: Run = runQuietly,
): Promise<string[]> {
  const version = process.env.EVENTFLOW_VERSION || "development";
  const output = await docker(run, [
    "run",
    "--rm",
    "--no-healthcheck",
    `--network=${from === undefined ? "host" : `container:${from}`}`,
    "--entrypoint=bun",
    `${IMAGE}:${version}`,
    "--eval",
    attempt,
    JSON.stringify(targets),
    String(ATTEMPT_MS),
  ]);
  // Before it the engine may have warned.
  const line = output.trim().split("\n").at(-1) ?? "";
  return z.array(z.string()).parse(JSON.parse(line));
}

/** Runs inside: plain JavaScript, with the targets and the time as its arguments. */
const attempt = `
const [targets, ms] = process.argv.slice(-2).map((text) => JSON.parse(text));
const { connect } = require("node:net");
const reached = ({ ip, port }) => new Promise((resolve) => {
  const socket = connect({ host: ip, port });
  const end = (ok) => { socket.destroy(); resolve(ok); };
  socket.once("connect", () => end(true)).once("error", () => end(false));
  setTimeout(() => end(false), ms);
});
const all = await Promise.all(targets.map(reached));
console.log(JSON.stringify([...new Set(targets.filter((_, at) => all[at]).map(({ name }) => name))]));
process.exit(0);
`;

async function docker(run: Run, args: readonly string[]): Promise<string> {
  const { code, output } = await run("docker", args);
  if (code === 0) return output;
  throw new StartError(`docker ${args[0]} failed: ${output.trim()}`);
}
