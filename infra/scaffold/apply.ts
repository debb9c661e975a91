import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PlannedFile } from "./plan.ts";

/**
 * Writes all files of a plan. If one cannot be written, those that were are put back.
 *
 * @param root of the repository
 */
export async function apply(
  plan: readonly PlannedFile[],
  root: string,
): Promise<void> {
  const written: PlannedFile[] = [];
  try {
    for (const file of plan) {
      const path = join(root, file.path);
      await mkdir(dirname(path), { recursive: true });
      // Nobody's file is overwritten, be it one that came while this was planned.
      const flag = file.before === undefined ? "wx" : "w";
      await writeFile(path, file.text, { flag });
      written.push(file);
    }
  } catch (error) {
    for (const { path, before } of written) {
      await (before === undefined
        ? rm(join(root, path))
        : writeFile(join(root, path), before));
    }
    throw error;
  }
}
