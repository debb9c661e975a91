/**
 * The stack in containers, as `infra/deploy/compose/compose.yaml` has it: everything here goes through
 * `docker compose`, so what a person starts by hand is the same stack.
 *
 * @module
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { z } from "zod";
import type { Environment } from "#runtime/config.ts";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { repositoryRoot } from "./home.ts";

const COMPOSE_FILE = "infra/deploy/compose/compose.yaml";

/** How a person removes what the containers have stored. */
export const clearContainers =
  `docker compose -f ${COMPOSE_FILE} --profile full down --volumes`;

/** Runs a program: its exit code and what it printed, no code if there is no such program. */
export type Run = (
  program: string,
  args: readonly string[],
) => Promise<{ code: number | undefined; output: string }>;

/**
 * Makes sure that containers can be started here.
 *
 * @throws {StartError} one sentence about what is missing
 */
export async function requireContainers(run: Run = runQuietly): Promise<void> {
  const without = 'or start the stack without containers: "deno task up"';
  const missing = (sentence: string) =>
    new StartError(sentence, { exitCode: exitCodes.config });
  const docker = await run("docker", ["--version"]);
  if (docker.code === undefined) {
    throw missing(
      `There is no docker on this machine: install Docker Engine and its compose plugin, ${without}.`,
    );
  }
  const plugin = await run("docker", ["compose", "version"]);
  if (plugin.code !== 0) {
    throw missing(
      `docker has no compose plugin: install docker-compose-plugin, ${without}.`,
    );
  }
  const engine = await run("docker", ["info", "--format", "{{.ID}}"]);
  if (engine.code !== 0) {
    throw missing(
      `The container engine does not answer (${
        engine.output.trim().split("\n").at(-1)
      }): start it, ${without}.`,
    );
  }
}

const Configuration = z.object({
  services: z.record(
    z.string(),
    z.object({
      ports: z.array(z.object({ published: z.string() })).default([]),
      scale: z.int().min(0).default(1),
    }),
  ),
});

/**
 * The ports of this machine at which each service of compose is published, as compose.yaml lists them, each with those of
 * all instances.
 */
export type PublishedPorts = ReadonlyMap<
  string,
  readonly (readonly number[])[]
>;

/** What is published, with .env and defaults. */
export async function publishedPorts(): Promise<PublishedPorts> {
  const { code, output } = await compose(["config", "--format", "json"]);
  try {
    if (code === 0) return portsOf(output);
  } catch {
    // As below: what it printed, a parser's error too, may show a line of .env.
  }
  throw new StartError(
    `compose refuses its configuration: "docker compose -f ${COMPOSE_FILE} config --quiet" says why.`,
    { exitCode: exitCodes.config },
  );
}

/** Reads them from what `docker compose config --format json` prints. */
export function portsOf(json: string): PublishedPorts {
  const { services } = Configuration.parse(JSON.parse(json));
  return new Map(
    Object.entries(services).map(([name, { ports, scale }]) => [
      name,
      ports.map(({ published }) => instancesIn(published, scale)),
    ]),
  );
}

/** Of a range those that as many instances take, from its first on. */
function instancesIn(published: string, scale: number): number[] {
  const [first = NaN, last = first] = published.split("-").map(Number);
  const length = Math.max(1, Math.min(scale, last - first + 1));
  return Array.from({ length }, (_, index) => first + index);
}

/**
 * Builds what has changed, starts all of it, and returns when each part can do its work.
 *
 * @throws {StartError} if one cannot
 */
export async function composeUp(stopping: AbortSignal): Promise<void> {
  const args = ["up", "--build", "--wait", "--wait-timeout", "300"];
  const { code } = await compose(args, { shown: true, stopping });
  if (code !== 0 && !stopping.aborted) {
    throw new StartError(
      `The containers did not come up: what they say is in "docker compose -f ${COMPOSE_FILE} logs".`,
    );
  }
}

/** Stops all containers, last to first, and keeps their data. */
export async function composeStop(): Promise<void> {
  const { code } = await compose(["stop"], { shown: true });
  if (code !== 0) throw new StartError("docker compose stop failed.");
}

/** What compose is told: to start all of it, unless the environment or its `.env` say what. */
export function withProfiles(
  env: Environment,
  settings: string,
): Record<string, string | undefined> {
  const areSet = "COMPOSE_PROFILES" in env ||
    /^\s*(?:export\s+)?COMPOSE_PROFILES\s*[=:]/m.test(settings);
  return areSet ? env : { ...env, COMPOSE_PROFILES: "full" };
}

function settingsFile(): string {
  const file = join(repositoryRoot, dirname(COMPOSE_FILE), ".env");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

type Options = { shown?: boolean; stopping?: AbortSignal };

function compose(args: readonly string[], options: Options = {}) {
  const file = join(repositoryRoot, COMPOSE_FILE);
  return runProgram("docker", ["compose", "-f", file, ...args], options);
}

export function runQuietly(program: string, args: readonly string[]) {
  return runProgram(program, args, {});
}

function runProgram(
  program: string,
  args: readonly string[],
  { shown = false, stopping }: Options,
): Promise<{ code: number | undefined; output: string }> {
  return new Promise((resolve) => {
    const stdio = shown ? "inherit" : "pipe";
    const child = spawn(program, [...args], {
      stdio: ["ignore", stdio, stdio],
      env: withProfiles(process.env, settingsFile()),
      // A terminal's Ctrl-C is for us, who stop what was started in order.
      detached: true,
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => output += text);
    }
    const end = () => child.kill("SIGINT");
    stopping?.addEventListener("abort", end);
    const finish = (code: number | undefined) => {
      stopping?.removeEventListener("abort", end);
      resolve({ code, output });
    };
    child.once("error", () => finish(undefined));
    child.once("close", (code) => finish(code ?? 1));
    if (stopping?.aborted) end();
  });
}
