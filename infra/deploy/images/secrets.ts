/**
 * A job of the stack in containers: writes the secret that webhooks are signed with into a folder that intake and
 * simulator share. It is the one of the environment or, if that has none, one made at random on the first start
 * and kept, so that nothing has to be set and yet nobody else knows it.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** @param given the secret to use; none or an empty one: a random one */
export function writeSecret(folder: string, given: string | undefined): void {
  const secret = given || kept(join(folder, "generated"));
  replace(join(folder, "webhook-secret"), secret);
}

function kept(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error &&
      error.code === "ENOENT";
    if (!isMissing) throw error;
  }
  const made = randomBytes(32).toString("hex");
  replace(file, made);
  return made;
}

/** Whole or not at all: half a secret is one that nobody else has. */
function replace(file: string, text: string): void {
  const beside = `${file}.new`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, file);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("Say into which folder.");
  writeSecret(folder, process.env.PAYMENT_PROVIDER_WEBHOOK_SECRET);
}
