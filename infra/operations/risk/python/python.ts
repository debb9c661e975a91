import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { StartError } from "#runtime/lifecycle.ts";

const run = promisify(execFile);

/** The package that trains, in a version that gave what the documentation says. */
const PACKAGES = ["lightgbm==4.7.0", "numpy==2.4.6"];
const ENVIRONMENT = fileURLToPath(
  new URL("../../../../.eventflow/risk/venv", import.meta.url),
);
const PYTHON = `${ENVIRONMENT}/bin/python3`;
const SCRIPT = fileURLToPath(new URL("train.py", import.meta.url));

export type TrainingJob = {
  /** Doubles of a row. */
  readonly width: number;
  readonly features: readonly string[];
  readonly parameters: Readonly<Record<string, number | string | boolean>>;
  readonly rounds: number;
  readonly models: readonly {
    /** Rows that it is trained on, one part after another. */
    readonly parts: readonly {
      /** A file of rows of doubles, little-endian. */
      readonly matrix: string;
      readonly from: number;
      readonly to: number;
    }[];
    /** A byte a row, of all parts: 1 for a fraud. */
    readonly labels: string;
    /** Where the model's text is written. */
    readonly model: string;
  }[];
};

const Versions = z.record(z.string(), z.string());

/**
 * Trains with Python and LightGBM, which are put under `.eventflow` if they are not there.
 *
 * @returns the versions it was trained with
 * @throws {StartError} if they are not there and cannot be put there
 */
export async function train(
  job: TrainingJob,
): Promise<z.infer<typeof Versions>> {
  await provide();
  const child = spawn(PYTHON, [SCRIPT], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [said, complained] = [text(child.stdout), text(child.stderr)];
  child.stdin.end(JSON.stringify(job));
  const code = await ended;
  if (code === 0) return Versions.parse(JSON.parse(await said));
  throw new StartError(
    `LightGBM could not train: ${
      lastLine(await complained)
    }. See that it is whole: remove ${ENVIRONMENT} and run this again.`,
  );
}

async function provide(): Promise<void> {
  if (existsSync(PYTHON) && await isThere()) return;
  try {
    await run("python3", ["-m", "venv", ENVIRONMENT]);
  } catch (cause) {
    throw new StartError(
      "Training needs Python 3.11 or newer with its module venv, and python3 cannot make an environment here: install Python (Debian: apt-get install python3-venv) and run this again.",
      { cause },
    );
  }
  try {
    await run(PYTHON, ["-m", "pip", "install", "--quiet", ...PACKAGES]);
  } catch (cause) {
    throw new StartError(
      `Training needs LightGBM, and pip could not install ${
        PACKAGES.join(" and ")
      } into ${ENVIRONMENT}: ${
        lastLine(cause instanceof Error ? cause.message : "")
      }. Let this machine reach a package index, or install both there by hand.`,
      { cause },
    );
  }
  if (await isThere()) return;
  throw new StartError(
    "LightGBM is installed and cannot be loaded: it needs the library libgomp (Debian: apt-get install libgomp1).",
  );
}

async function isThere(): Promise<boolean> {
  return await run(PYTHON, ["-c", "import lightgbm, numpy"]).then(
    () => true,
    () => false,
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
