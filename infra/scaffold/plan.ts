import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "../checks/generated/format.ts";
import type { NewConsumer } from "./new_consumer.ts";
import { Refusal } from "./refusal.ts";
import { insertionsFor } from "./wiring.ts";
import { workerFiles } from "./worker_files.ts";

/** What a file will hold, formatted. */
export type PlannedFile = {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** What it holds now; undefined if it is not there. */
  readonly before: string | undefined;
};

/**
 * Everything that is written by hand for a consumer, made in memory: nothing is written here, so that it is all or nothing.
 *
 * @param root of the repository
 * @throws {Refusal} if a file is there already, or a place to insert is not
 */
export async function planFor(
  consumer: NewConsumer,
  root: string,
): Promise<readonly PlannedFile[]> {
  const made = workerFiles(consumer);
  for (const path of made.keys()) {
    if (existsSync(join(root, path))) {
      throw new Refusal(`${path} is there already. Nothing was written.`);
    }
  }
  const before = new Map<string, string>();
  const after = new Map(made);
  for (const { path, into } of insertionsFor(consumer)) {
    const text = after.get(path) ?? await read(root, path);
    if (!before.has(path)) before.set(path, text);
    after.set(path, into({ path, text }));
  }
  return await Promise.all(
    [...after].map(async ([path, text]) => ({
      path,
      text: await formatted(path, text),
      before: before.get(path),
    })),
  );
}

async function read(root: string, path: string): Promise<string> {
  try {
    return await readFile(join(root, path), "utf8");
  } catch (cause) {
    throw new Refusal(
      `${path}, where the consumer is named, cannot be read. Nothing was written.`,
      { cause },
    );
  }
}

/** As `deno fmt` would leave it, if it knows the kind of file. */
async function formatted(path: string, text: string): Promise<string> {
  return /\.(?:ts|json|yaml|md)$/.test(path) ? await format(path, text) : text;
}
