import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { exitCodes } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import type { Judging } from "./enrich.ts";
import { type Rates, ratesIn } from "./features/rates.ts";
import { readScorer, SHIPPED_MODEL } from "./risk/read_scorer.ts";
import type { Scorer } from "./risk/score.ts";
import { scorerWithoutModel } from "./risk/scorer.ts";

type Files = { readonly modelFolder: string; readonly ratesFile: string };

/**
 * Reads what events are judged by.
 *
 * @param files each empty if none is named: then it is the model that ships, and no rates
 * @throws {StartError} if one is not there, or not what it should be
 */
export async function openJudging(
  { modelFolder, ratesFile }: Files,
): Promise<Judging> {
  const rates = ratesFile === "" ? undefined : await readRates(ratesFile);
  return { scorer: scorerIn(modelFolder), rates };
}

function scorerIn(folder: string): Scorer {
  // Without a model every score is the base rate, and says so.
  if (folder === "" && !existsSync(SHIPPED_MODEL)) return scorerWithoutModel();
  try {
    return readScorer(folder === "" ? SHIPPED_MODEL : folder);
  } catch (error) {
    throw unusable("EVENTFLOW_ENRICHMENT_MODEL", error);
  }
}

async function readRates(path: string): Promise<Rates> {
  try {
    return ratesIn(await readFile(path, "utf8"));
  } catch (error) {
    throw unusable("EVENTFLOW_ENRICHMENT_RATES", error);
  }
}

function unusable(env: string, cause: unknown): StartError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new StartError(`${env} names what cannot be used. ${why}`, {
    exitCode: exitCodes.config,
    cause,
  });
}
