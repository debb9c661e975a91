/**
 * - damaged: the bytes are not what anybody wrote
 * - unknown: they may be right, and we cannot read them
 * - too-large: they may be right, and would take too much memory
 */
export type UnreadableKind = "damaged" | "unknown" | "too-large";

/** Why a record batch cannot be read: its message is the end of a sentence that begins with the batch. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  constructor(
    readonly kind: UnreadableKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function damaged(what: string, cause?: unknown): UnreadableError {
  return new UnreadableError("damaged", what, { cause });
}

export function tooLarge(mostBytes: number): UnreadableError {
  return new UnreadableError(
    "too-large",
    `is larger than ${mostBytes} bytes when it is decompressed, which is the most that is read`,
  );
}
