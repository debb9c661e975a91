import { writeSync } from "node:fs";

/** Writes all of it, as a file may take less at once. */
export function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(file, bytes, written, bytes.length - written);
  }
}
