import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { describeError } from "#runtime/errors.ts";
import { StartError } from "#runtime/lifecycle.ts";
import { checkOut } from "../../releases/check_out.ts";
import type { Checkout } from "./checkout.ts";

/**
 * Checks a revision out into a folder, with its packages, until it is disposed of.
 *
 * @param ref as git understands it; also its name in the results
 * @throws {StartError} if git does not know it, its services lie elsewhere, or its packages cannot be installed
 */
export async function checkOutAgainst(
  ref: string,
  { folder, say, stopping }: {
    folder: string;
    say: (line: string) => void;
    stopping: AbortSignal;
  },
): Promise<Checkout & AsyncDisposable> {
  say(`Checking out ${ref} …`);
  const remove = () => rm(folder, { recursive: true, force: true });
  // A run that was killed has left its own.
  await remove();
  await mkdir(folder, { recursive: true });
  try {
    await checkOut(ref, { folder, signal: stopping });
    if (existsSync(join(folder, INTAKE))) {
      return { subject: ref, root: folder, [Symbol.asyncDispose]: remove };
    }
  } catch (cause) {
    await remove();
    throw new StartError(
      `Cannot measure against ${ref}: ${describeError(cause)}`,
      { cause },
    );
  }
  await remove();
  throw new StartError(
    `Cannot measure against ${ref}, which has no ${INTAKE}: name a version from after its services were laid out as they are now`,
  );
}

/** What was laid elsewhere before. */
const INTAKE = "ingest/intake/main.ts";
