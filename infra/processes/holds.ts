import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Parts of the stack that a person has stopped: `up` starts them again when that person says so, and not before. */
export class Holds {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async hold(name: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, name), "");
  }

  async release(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true });
  }

  isHeld(name: string): boolean {
    return existsSync(join(this.#folder, name));
  }

  async names(): Promise<string[]> {
    return existsSync(this.#folder) ? (await readdir(this.#folder)).sort() : [];
  }

  /** Forgets what was stopped in an earlier run. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
