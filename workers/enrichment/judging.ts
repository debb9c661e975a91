import { readFile } from "node:fs/promises";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Judging } from "./enrich.ts";
import { Rates } from "./features/rates.ts";
import { scorerWithoutModel } from "./risk/scorer.ts";

/**
 * Reads what events are judged by.
 *
 * @param config whose `ratesFile` is empty if there is none
 * @throws {StartError} if a file is not there, or not what it should be
 */
export async function openJudging(
  { ratesFile }: { readonly ratesFile: string },
): Promise<Judging> {
  const rates = ratesFile === "" ? undefined : await ratesIn(ratesFile);
  return { scorer: scorerWithoutModel(), rates };
}

async function ratesIn(path: string): Promise<Rates> {
  const stop = (why: string) =>
    new StartError(`EVENTFLOW_ENRICHMENT_RATES_FILE, ${path}: ${why}.`, {
      exitCode: exitCodes.config,
    });
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    throw stop("it cannot be read");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw stop("it is not JSON");
  }
  const read = Rates.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw stop(`${issue?.path.join(".")} ${issue?.message}`);
}
