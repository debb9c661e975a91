import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type Home, repositoryRoot } from "#local/home.ts";
import { bunProgram } from "#local/service_jobs.ts";

/** What a figure of this machine is to be compared with. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() || "unknown processor";
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${model}, ${gibibytes} GiB, ${process.platform} ${process.arch}`;
}

/** Versions by program. */
export async function readVersions(
  { kafkaJars }: Pick<Home, "kafkaJars">,
): Promise<Record<string, string>> {
  return {
    EventFlow: await outputOf("git", "describe", "--always", "--dirty"),
    Deno: process.versions.deno ?? "unknown",
    Bun: await outputOf(bunProgram, "--version"),
    Kafka: basename(kafkaJars).replace(/^kafka-/, ""),
  };
}

/** What a program that says its version prints; "unknown" if there is none. */
export async function outputOf(
  program: string,
  ...args: string[]
): Promise<string> {
  return await promisify(execFile)(program, args, { cwd: repositoryRoot })
    .then(({ stdout }) => stdout.trim(), () => "unknown");
}
