import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Has a folder filled, unless it is there. It is filled beside its place and then moved there, so a folder that
 * exists is whole, whenever the one who fills it ends.
 *
 * @param fill is told which folder to fill; it is there and empty
 */
export async function makeWhole(
  folder: string,
  fill: (unfinished: string) => Promise<void>,
): Promise<void> {
  if (existsSync(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  const unfinished = await mkdtemp(`${folder}.part-`);
  try {
    await fill(unfinished);
    // One made for temporary files is for its maker alone.
    await chmod(unfinished, 0o755);
    await rename(unfinished, folder).catch((error) => {
      // Another process was quicker, and its folder is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
