import { execFile } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { basename } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type Home, repositoryRoot } from "../stack/home.ts";
import { bunProgram } from "../stack/services.ts";

/** What a figure of this machine is to be compared with. */
export function describeMachine(): string {
  const model = cpus()[0]?.model.trim() || "unknown processor";
  const gibibytes = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${model}, ${gibibytes} GiB, ${process.platform} ${process.arch}`;
}

/** Versions by program. */
export async function readVersions(
  { kafkaJars }: Home,
): Promise<Record<string, string>> {
  return {
    EventFlow: await output("git", "describe", "--always", "--dirty"),
    Deno: process.versions.deno ?? "unknown",
    Bun: await output(bunProgram, "--version"),
    Kafka: basename(kafkaJars).replace(/^kafka-/, ""),
  };
}

async function output(program: string, ...args: string[]): Promise<string> {
  return await promisify(execFile)(program, args, { cwd: repositoryRoot })
    .then(({ stdout }) => stdout.trim(), () => "unknown");
}
