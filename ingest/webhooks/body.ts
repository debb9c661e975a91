/** Why a body could not be read whole. */
export type BodyProblem =
  | "too_large"
  | "body_timeout"
  | "broken_body"
  | "overloaded";

/** Bytes of all bodies that are still arriving, kept under a limit. */
export class ReadingBudget {
  #bytes = 0;
  constructor(readonly maxBytes: number) {}

  /** Takes bytes, or nothing and returns `false` where they do not fit. */
  take(bytes: number): boolean {
    if (this.#bytes + bytes > this.maxBytes) return false;
    this.#bytes += bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/**
 * Reads a request's body whole, or says why not: a declared length over the limit is refused at once,
 * an undeclared one as soon as it is passed.
 *
 * @param timeoutMs milliseconds in which all of the body must arrive
 */
export async function readBody(
  request: Request,
  { maxBytes, timeoutMs, budget }: {
    maxBytes: number;
    timeoutMs: number;
    budget: ReadingBudget;
  },
): Promise<Uint8Array<ArrayBuffer> | BodyProblem> {
  const declared = request.headers.get("Content-Length");
  if (declared !== null && Number(declared) > maxBytes) return "too_large";
  if (request.body === null) return new Uint8Array();

  const reader = request.body.getReader();
  const timeUp = Promise.withResolvers<"time up">();
  const timer = setTimeout(() => timeUp.resolve("time up"), timeoutMs);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let taken = 0;
  try {
    while (true) {
      const next = await Promise.race([reader.read(), timeUp.promise]);
      if (next === "time up") return "body_timeout";
      if (next.done) return join(chunks, length);
      length += next.value.length;
      if (length > maxBytes) return "too_large";
      if (!budget.take(next.value.length)) return "overloaded";
      taken += next.value.length;
      chunks.push(next.value);
    }
  } catch {
    return "broken_body";
  } finally {
    clearTimeout(timer);
    budget.giveBack(taken);
    // Of a body given up, nothing more is read.
    reader.cancel().catch(() => {});
  }
}

function join(
  chunks: readonly Uint8Array[],
  length: number,
): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
