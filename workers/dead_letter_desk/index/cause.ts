import { createHash } from "node:crypto";
import type { DeadLetter } from "#contracts/dead_letter.ts";

/**
 * What letters have in common that failed alike: most of what is asked of a million letters is asked of some dozens of
 * causes instead.
 */
export type Cause = {
  /** SHA-256 in lower-case hex of what makes it this cause. */
  readonly id: string;
  readonly service: string;
  readonly code: string;
  /** Who signed the webhook; `null` if the letter does not say. */
  readonly provider: string | null;
  /** Paths of the event that are at fault, sorted, each once; in lists `*` stands for the number. */
  readonly paths: readonly string[];
  /** What is wrong, in words, of the first letter that was seen of it. */
  readonly message: string;
};

/** Of a message that is shown in lists. */
const MESSAGE_CHARACTERS = 300;

/** Of so many places at fault a cause names no more: what is wrong all over is one cause, however it is wrong. */
const MAX_PATHS = 20;

type Failed = Pick<
  DeadLetter,
  "failed_service" | "error_code" | "error_message" | "issues"
>;

/**
 * The cause of a letter. What differs from event to event is no part of it: values in messages, numbers, positions.
 *
 * @param provider who signed the webhook, if the letter says so
 */
export function causeOf(
  { failed_service: service, error_code: code, error_message, issues }: Failed,
  provider: string | null,
): Cause {
  const faults = issues.map(({ path, message }) => ({
    path: withoutNumbers(path),
    message,
  }));
  const paths = [...new Set(faults.map(({ path }) => path))].sort()
    .slice(0, MAX_PATHS);
  const kinds = faults.length === 0 ? [withoutValues(error_message)] : [
    ...new Set(
      faults
        .filter(({ path }) => paths.includes(path))
        .map(({ path, message }) => `${path} ${withoutValues(message)}`),
    ),
  ].sort();
  const message = faults.length === 0
    ? error_message
    : faults.map(({ path, message }) => `${path} ${message}`).join("; ");
  return {
    id: createHash("sha256")
      .update(JSON.stringify([service, code, provider, kinds]))
      .digest("hex"),
    service,
    code,
    provider,
    paths,
    message: message.slice(0, MESSAGE_CHARACTERS).toWellFormed(),
  };
}

/** `payload.items.0.price` is `payload.items.*.price`. */
export function withoutNumbers(path: string): string {
  return path.replaceAll(/(?<=^|\.)\d+(?=\.|$)/g, "*");
}

/** A message without what it quotes, and without numbers. */
export function withoutValues(message: string): string {
  return message
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, "…")
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "…")
    .replaceAll(/\d+(?:[.,:/]\d+)*/g, "#");
}
