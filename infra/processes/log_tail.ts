import { open } from "node:fs/promises";

/**
 * What a process said last: the message of its last error if it logged one, else its last line.
 * Reads at most the last 8 KiB of the log.
 */
export async function lastWords(path: string): Promise<string> {
  const lines = (await tail(path, 8192)).trimEnd().split("\n");
  const entries = lines.map(parseEntry);
  const error = entries.findLast((entry) => entry?.level === "ERROR");
  return error?.message ?? entries.at(-1)?.message ??
    (lines.at(-1) || "it wrote nothing");
}

/** A line as the services log it; undefined if it is anything else. */
function parseEntry(
  line: string,
): { level: string; message: string } | undefined {
  try {
    const { level, message } = JSON.parse(line);
    return typeof message === "string"
      ? { level: String(level), message }
      : undefined;
  } catch {
    return undefined;
  }
}

async function tail(path: string, maxBytes: number): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return "";
  try {
    const { size } = await file.stat();
    const length = Math.min(size, maxBytes);
    const bytes = new Uint8Array(length);
    await file.read(bytes, 0, length, size - length);
    return new TextDecoder().decode(bytes);
  } finally {
    await file.close();
  }
}
