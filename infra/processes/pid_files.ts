/**
 * Notes about running processes, so that a later start finds what an earlier one, ended by force, left
 * behind. A note holds the process id and the command line: an id alone may belong to somebody else
 * by now.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { sleep } from "#runtime/backoff.ts";
import { describeProcess, sendSignal } from "./process_table.ts";

const Note = z.object({
  pid: z.int().positive(),
  commandLine: z.string(),
  stopSignal: z.enum(["SIGTERM", "SIGINT"]),
});
type Note = z.infer<typeof Note>;

export class PidFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async write(
    name: string,
    pid: number,
    stopSignal: Note["stopSignal"] = "SIGTERM",
  ): Promise<void> {
    const commandLine = describeProcess(pid)?.commandLine;
    if (commandLine === undefined) return;
    await mkdir(this.#folder, { recursive: true });
    const note: Note = { pid, commandLine, stopSignal };
    await writeFile(this.#path(name), JSON.stringify(note));
  }

  async remove(name: string): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  /** The process a note is about, if it still runs. */
  async find(name: string): Promise<Note | undefined> {
    const text = await readFile(this.#path(name), "utf8").catch(() => "null");
    const note = Note.safeParse(parseJson(text));
    return note.success && isRunning(note.data) ? note.data : undefined;
  }

  /** Names of what is noted here, whether or not it still runs. */
  async names(): Promise<string[]> {
    return existsSync(this.#folder)
      ? (await readdir(this.#folder)).filter((file) => file.endsWith(".json"))
        .map((file) => file.slice(0, -".json".length)).sort()
      : [];
  }

  /**
   * Ends the process a note is about, if it still runs, and keeps the note.
   *
   * @param deadlineMs how long it may take to stop before it is killed
   */
  async end(name: string, deadlineMs: number): Promise<void> {
    const note = await this.find(name);
    if (note !== undefined) await end(note, deadlineMs);
  }

  /**
   * Ends every process noted here that still runs.
   *
   * @param deadlineMs how long they may take to stop before they are killed
   * @returns their names
   */
  async endAll(deadlineMs: number): Promise<string[]> {
    const names = await this.names();
    const ended = await Promise.all(names.map(async (name) => {
      const note = await this.find(name);
      if (note !== undefined) await end(note, deadlineMs);
      await this.remove(name);
      return note === undefined ? [] : [name];
    }));
    return ended.flat();
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.json`);
  }
}

async function end(note: Note, deadlineMs: number): Promise<void> {
  sendSignal(note.pid, note.stopSignal);
  const deadline = Date.now() + deadlineMs;
  while (isRunning(note) && Date.now() < deadline) await sleep(50);
  sendSignal(-note.pid, "SIGKILL");
}

function isRunning({ pid, commandLine }: Note): boolean {
  return describeProcess(pid)?.commandLine === commandLine;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
