import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import process from "node:process";

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
  const unfinished = `${folder}.${process.pid}.part`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });
    await fill(unfinished);
    await mkdir(dirname(folder), { recursive: true });
    await rename(unfinished, folder).catch((error) => {
      // Another process was quicker, and its folder is as good.
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
