import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { repositoryRoot } from "#local/home.ts";
import { residentBytes } from "#processes/process_table.ts";

const SAMPLE_EVERY_MS = 50;

export type MemoryWatch = Disposable & {
  /** Most resident memory seen. */
  readonly peakBytes: number;
};

/**
 * Looks at a process's resident memory until it is disposed of.
 *
 * @param onTooMuch told when it is more than `tooMuchBytes`
 */
export function watchMemory(
  pid: number,
  { tooMuchBytes, onTooMuch }: { tooMuchBytes: number; onTooMuch: () => void },
): MemoryWatch {
  let peakBytes = 0;
  const look = () => {
    peakBytes = Math.max(peakBytes, residentBytes(pid) ?? 0);
    if (peakBytes > tooMuchBytes) onTooMuch();
  };
  look();
  const timer = setInterval(look, SAMPLE_EVERY_MS);
  return {
    get peakBytes() {
      return peakBytes;
    },
    [Symbol.dispose]() {
      look();
      clearInterval(timer);
    },
  };
}

const Compose = z.object({
  services: z.object({ intake: z.object({ mem_limit: z.string() }) }),
});

/** What the intake's container may hold, by default. */
export async function containerLimit(): Promise<number> {
  const path = join(repositoryRoot, "infra/deploy/compose/compose.yaml");
  return limitOf(await readFile(path, "utf8"));
}

/**
 * Reads it from the text of compose.yaml.
 *
 * @returns bytes
 */
export function limitOf(compose: string): number {
  const { services: { intake } } = Compose.parse(
    parse(compose, { merge: true, maxAliasCount: -1 }),
  );
  const size = /^\$\{\w+:-(\d+)([kmg])\}$/.exec(intake.mem_limit);
  if (size === null) {
    throw new Error(
      `mem_limit of the intake must be like \${NAME:-384m}: it is ${intake.mem_limit}`,
    );
  }
  const [, number, unit = ""] = size;
  return Number(number) * 1024 ** ("kmg".indexOf(unit) + 1);
}
