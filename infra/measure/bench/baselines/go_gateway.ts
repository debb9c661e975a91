/**
 * The intake's baseline: the same gateway, written by hand in Go (`go_gateway/`).
 *
 * @module
 */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Job } from "#processes/supervisor.ts";
import { answersHttp } from "./answers_http.ts";
import { buildFolder } from "./built_folder.ts";

const source = fileURLToPath(new URL("go_gateway", import.meta.url));
const PROGRAM = "gateway";

/**
 * Builds the gateway into `folder` with the machine's Go, unless it is there and its sources are still the
 * same.
 *
 * @param say is told what is under way, a line at a time
 * @param go the program
 * @param stopping ends it when it is aborted
 * @returns undefined, or in a sentence why there can be none
 */
export async function installGoGateway(
  folder: string,
  { say, stopping, go = "go" }: {
    say: (line: string) => void;
    stopping?: AbortSignal;
    go?: string;
  },
): Promise<string | undefined> {
  let problem: string | undefined;
  const build = async (unfinished: string) => {
    await mkdir(unfinished);
    problem = await runGo(
      go,
      ["build", "-o", join(unfinished, PROGRAM), "."],
      stopping,
    );
    if (problem !== undefined) throw new Error(problem);
  };
  try {
    await buildFolder({
      folder,
      sources: ["main.go", "go.mod", "go.sum"].map((name) =>
        join(source, name)
      ),
      what: "the Go gateway",
      build,
      say,
    });
  } catch (error) {
    if (problem === undefined) throw error;
  }
  return problem;
}

/** @returns undefined, or in a sentence why it failed */
function runGo(
  go: string,
  args: readonly string[],
  stopping: AbortSignal | undefined,
): Promise<string | undefined> {
  return new Promise((resolve) =>
    execFile(
      go,
      args,
      { cwd: source, signal: stopping },
      (error, _, stderr) => {
        if (error === null) return resolve(undefined);
        if (error.code === "ENOENT") {
          return resolve(`Go was not found (${go}).`);
        }
        // Before what failed it says what it downloads.
        const [reason = error.message] = stderr.split("\n")
          .filter((line) => !/^(go: downloading .*|#.*|\s*)$/.test(line));
        resolve(`Go could not build the gateway: ${reason}`);
      },
    )
  );
}

/**
 * The job that runs the gateway, at its best: whether a batch lingers as franz-go has it, 10 ms, or not makes
 * no difference (8 rounds of both in turn, 64 connections: medians of 9,300 and 9,100 requests per second),
 * as its `ProduceSync` does not wait for a linger to end.
 *
 * @param folder what `installGoGateway` has filled
 */
export function goGatewayJob(
  { folder, port, kafka, topic, secret }: {
    readonly folder: string;
    /** On loopback. */
    readonly port: number;
    /** host:port of brokers, comma-separated. */
    readonly kafka: string;
    readonly topic: string;
    readonly secret: string;
  },
): Job {
  return {
    name: "go-gateway",
    command: {
      program: join(folder, PROGRAM),
      args: [`127.0.0.1:${port}`],
      env: {
        KAFKA_BOOTSTRAP_SERVERS: kafka,
        TOPIC: topic,
        SECRET: secret,
      },
    },
    isReady: () => answersHttp(port),
  };
}
