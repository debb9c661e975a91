/**
 * A job of the stack in containers: writes a secret into a folder that those share who need it. It is the one of the
 * environment or, if that has none, one made at random on the first start and kept, so that nothing has to be set and yet
 * nobody else knows it.
 *
 * @module
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** A secret of the stack: its file, and the text that is made if none is given. */
type StackSecret = {
  readonly file: string;
  readonly variable: string;
  readonly make: () => string;
};

const random = () => randomBytes(32).toString("hex");

export const stackSecrets: Readonly<Record<string, StackSecret>> = {
  /** What webhooks are signed with, of intake and simulator. */
  webhook: {
    file: "webhook-secret",
    variable: "PAYMENT_PROVIDER_WEBHOOK_SECRET",
    make: random,
  },
  /** Who may come to the dead-letter desk: one who may do everything, and another one who approves. */
  desk: {
    file: "desk-tokens",
    variable: "EVENTFLOW_DESK_TOKENS",
    make: () => `operator:admin:${random()},approver:approver:${random()}`,
  },
};

/** @param given the secret to use; none or an empty one: a random one */
export function writeSecret(
  folder: string,
  given: string | undefined,
  { file, make }: StackSecret,
): void {
  const secret = given || kept(join(folder, "generated"), make);
  replace(join(folder, file), secret);
}

function kept(file: string, make: () => string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error &&
      error.code === "ENOENT";
    if (!isMissing) throw error;
  }
  const made = make();
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
  const [folder, name = ""] = process.argv.slice(2);
  const secret = stackSecrets[name];
  if (folder === undefined || secret === undefined) {
    throw new Error(
      `Say into which folder, and which: ${
        Object.keys(stackSecrets).join(", ")
      }.`,
    );
  }
  writeSecret(folder, process.env[secret.variable], secret);
}
