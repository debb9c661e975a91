import { writeFile } from "node:fs/promises";

/** What a measurement has found: told as it is found, and kept for whoever reads it later. */
export class Figures {
  readonly #found: Record<string, unknown>;
  readonly #say: (line: string) => void;

  /** @param known what is written beside what is found */
  constructor(
    say: (line: string) => void,
    known: Readonly<Record<string, unknown>>,
  ) {
    this.#say = say;
    this.#found = { ...known };
  }

  told(name: string, value: unknown): void {
    this.#found[name] = value;
    this.#say(
      `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
  }

  /** @param file where they are written, as JSON; absent: nowhere */
  async write(file: string | undefined): Promise<void> {
    if (file === undefined) return;
    await writeFile(file, `${JSON.stringify(this.#found, null, 2)}\n`);
  }
}

/** Seconds since a time of `performance.now()`, to a tenth. */
export function secondsSince(beganMs: number): number {
  return Math.round((performance.now() - beganMs) / 100) / 10;
}
