import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";

export type Place = { readonly data: string; readonly binaries: string };

/**
 * Where PostgreSQL may live. Started by root it runs as another user, who cannot enter root's home or
 * any other private folder: then data and a copy of the binaries go to a folder of their own in
 * `/var/tmp`, named after the place they stand in for.
 */
export async function placeForPostgres(
  data: string,
  binaries: string,
): Promise<Place> {
  await mkdir(dirname(data), { recursive: true });
  if (
    process.getuid?.() !== 0 ||
    (await openToAll(dirname(data)) && await openToAll(binaries))
  ) return { data, binaries };
  const shelter = shelterFor(data);
  await mkdir(shelter, { recursive: true });
  await chmod(shelter, 0o755);
  const copy = join(shelter, "binaries");
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}.part`;
    await cp(binaries, unfinished, { recursive: true, verbatimSymlinks: true });
    await rename(unfinished, copy);
  }
  return { data: join(shelter, "data"), binaries: copy };
}

/** Removes the data folder, wherever it was put. */
export async function clearPostgres(data: string): Promise<void> {
  await rm(data, { recursive: true, force: true });
  await rm(shelterFor(data), { recursive: true, force: true });
}

function shelterFor(data: string): string {
  const mark = createHash("sha256").update(data).digest("hex").slice(0, 12);
  return join("/var/tmp", `eventflow-postgres-${mark}`);
}

/** Whether any user can enter the folder: it and all above it have the x bit for others. */
async function openToAll(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || await openToAll(parent);
}
