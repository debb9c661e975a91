/**
 * A broker and a database for tests: in containers if a container engine runs them, else as child
 * processes with the programs the local stack uses.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { connect } from "node:net";
import process from "node:process";
import { describeError } from "#runtime/errors.ts";
import { startContainers } from "./containers.ts";
import { awaitCoordinators } from "./coordinators.ts";
import { startProcesses } from "./processes.ts";
import type { TestServices } from "./test_services.ts";

/**
 * Starts both and waits until they answer.
 *
 * @throws {StartError} if one of them cannot be started
 */
export async function startServices(
  say: (line: string) => void,
): Promise<TestServices> {
  const services = await inContainers(say) ?? await startProcesses(say);
  try {
    await awaitCoordinators(services.kafka);
    return services;
  } catch (error) {
    await services.stop();
    throw error;
  }
}

/** Undefined if there is no engine, or if it cannot run them, as without a registry for its images. */
async function inContainers(
  say: (line: string) => void,
): Promise<TestServices | undefined> {
  if (!await containerEngineAnswers()) return undefined;
  try {
    return await startContainers(say);
  } catch (error) {
    say(`No containers, so processes: ${describeError(error).trim()}`);
    return undefined;
  }
}

async function containerEngineAnswers(): Promise<boolean> {
  const address = process.env.DOCKER_HOST || "unix:///var/run/docker.sock";
  if (address.startsWith("unix://")) {
    const path = address.slice("unix://".length);
    return existsSync(path) && await connects({ path });
  }
  const { hostname, port } = new URL(address);
  return await connects({ host: hostname, port: Number(port) || 2375 });
}

function connects(
  target: { path: string } | { host: string; port: number },
): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ ...target, timeout: 2_000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
    socket.once("timeout", () => end(false));
  });
}
