import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { consumerOf } from "#contracts/services.ts";
import type { Judgement } from "#consumer/judge.ts";
import { DeskRefusal } from "../refusal.ts";
import { asReplayed, type EncodedOriginal } from "./originals.ts";

/** What today's code would make of a record. */
export type Verdict =
  /** With the topics that what it is made into would go to. */
  | { readonly passes: true; readonly topics: readonly string[] }
  | { readonly passes: false; readonly code: string; readonly message: string };

const LAST_WORDS = 2_000;

/** Lines are written together: each write by itself costs more than the line. */
const CHUNK_CHARACTERS = 65_536;

/**
 * Has a worker judge records, `bun run <worker> --judge`, as it would handle them now, and leave nothing behind.
 *
 * @param service as letters name it
 * @returns a verdict for each record, in their order
 * @throws {DeskRefusal} if there is no such worker here, or it cannot judge, such as without its database
 */
export async function* judged(
  service: string,
  records: AsyncIterable<EncodedOriginal>,
): AsyncGenerator<Verdict> {
  const name = consumerOf(service);
  if (name === undefined) {
    throw new DeskRefusal(
      422,
      `No service ${service} is known here, so nobody can say what it would do: replay without a dry run, or mend the service first.`,
    );
  }
  const main = fileURLToPath(new URL(`../../${name}/main.ts`, import.meta.url));
  const child = spawn(process.execPath, [main, "--judge"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let words = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    words = `${words}${text}`.slice(-LAST_WORDS);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on("close", resolve);
    child.on("error", () => resolve(null));
  });
  const fed = feed(child.stdin, records);
  // Whoever stops reading the verdicts does not ask why feeding failed.
  fed.catch(() => {});
  let count = 0;
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      count++;
      yield verdictIn(line);
    }
    const given = await fed;
    const code = await ended;
    if (code !== 0 || given !== count) {
      throw new DeskRefusal(
        503,
        `${service} could not judge (exit code ${code}): ${lastLine(words)}`,
      );
    }
  } finally {
    child.kill();
  }
}

async function feed(
  stdin: NodeJS.WritableStream,
  records: AsyncIterable<EncodedOriginal>,
): Promise<number> {
  let count = 0;
  let hasEnded = false;
  // A child that is gone says why by its exit code.
  stdin.on("error", () => {
    hasEnded = true;
    stdin.emit("drain");
  });
  let lines = "";
  const write = async () => {
    const isTaken = stdin.write(lines);
    lines = "";
    if (!isTaken) await new Promise((resolve) => stdin.once("drain", resolve));
  };
  for await (const record of records) {
    if (hasEnded) break;
    lines += `${
      JSON.stringify({ ...asReplayed(record), partition: 0, offset: count++ })
    }\n`;
    if (lines.length >= CHUNK_CHARACTERS) await write();
  }
  if (lines !== "" && !hasEnded) await write();
  stdin.end();
  return count;
}

function verdictIn(line: string): Verdict {
  const judgement = JSON.parse(line) as Judgement;
  if (judgement.outcome !== "dead-letter") {
    const topics = judgement.outcome === "forward" ? judgement.topics : [];
    return { passes: true, topics };
  }
  const { code, message } = judgement;
  return { passes: false, code, message };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
