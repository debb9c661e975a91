import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { type Ratio, stageNames } from "./result.ts";
import { isSame, median, type RecordedRatio } from "./ratios.ts";

const file = fileURLToPath(new URL("recorded.json", import.meta.url));

const RecordedRatios = z.array(z.object({
  stage: z.enum(stageNames),
  figure: z.string(),
  at: z.string().optional(),
  of: z.string(),
  to: z.string(),
  median: z.number(),
}));

/**
 * The ratios that runs are compared with.
 *
 * @throws {StartError} if the file is not as `writeRecorded` writes it
 */
export async function readRecorded(): Promise<RecordedRatio[]> {
  try {
    return RecordedRatios.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new StartError(
      `Cannot compare with infra/measure/bench/recorded.json: ${
        describeError(cause)
      }`,
      { cause },
    );
  }
}

export async function writeRecorded(
  recorded: readonly RecordedRatio[],
): Promise<void> {
  await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`);
}

/**
 * What was recorded, with the medians of a run in place of those of the same ratios. Latencies are left out:
 * in a few seconds on a machine that does something else as well, the worst percent is twice as bad by
 * chance.
 */
export function recordRatios(
  recorded: readonly RecordedRatio[],
  ratios: readonly Ratio[],
): RecordedRatio[] {
  const current = ratios.flatMap(({ stage, figure, at, of, to, values }) => {
    const middle = median(values);
    return middle === undefined || figure.startsWith("latency") ? [] : [{
      stage,
      figure,
      ...(at !== undefined && { at }),
      of,
      to,
      median: Number(middle.toPrecision(3)),
    }];
  });
  const others = recorded.filter((one) =>
    !current.some((other) => isSame(one, other))
  );
  return [...others, ...current].toSorted((one, other) =>
    stageNames.indexOf(one.stage) - stageNames.indexOf(other.stage)
  );
}
