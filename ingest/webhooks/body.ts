import type { Deadlines } from "#runtime/deadlines.ts";

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

type Limits = {
  readonly maxBytes: number;
  /** In which all of a body must arrive. */
  readonly deadlines: Deadlines;
  readonly budget: ReadingBudget;
};

type Body = Uint8Array<ArrayBuffer> | BodyProblem;

/**
 * Bodies declared to be no longer are read by the runtime itself, which is far cheaper than chunk by chunk,
 * their bytes taken from the budget before they arrive. For longer ones that would let a few clients that
 * declare much and send nothing use up the budget.
 */
const SMALL_BYTES = 16 * 1024;

/**
 * Reads a request's body whole, or says why not: a declared length over the limit is refused at once,
 * an undeclared one as soon as it is passed.
 */
export async function readBody(
  request: Request,
  limits: Limits,
): Promise<Body> {
  const header = request.headers.get("Content-Length");
  const declared = header === null ? Infinity : Number(header);
  if (header !== null && declared > limits.maxBytes) return "too_large";
  return declared <= SMALL_BYTES
    ? await readSmall(request, declared, limits)
    : await readInChunks(request, limits);
}

async function readSmall(
  request: Request,
  declared: number,
  { deadlines, budget }: Limits,
): Promise<Body> {
  if (!budget.take(declared)) return "overloaded";
  const timeUp = Promise.withResolvers<"body_timeout">();
  const deadline = deadlines.start(() => timeUp.resolve("body_timeout"));
  try {
    return await Promise.race([request.bytes(), timeUp.promise]);
  } catch {
    return "broken_body";
  } finally {
    deadlines.end(deadline);
    budget.giveBack(declared);
  }
}

async function readInChunks(
  request: Request,
  { maxBytes, deadlines, budget }: Limits,
): Promise<Body> {
  if (request.body === null) return new Uint8Array();
  const reader = request.body.getReader();
  const timeUp = Promise.withResolvers<"time up">();
  const deadline = deadlines.start(() => timeUp.resolve("time up"));
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
    deadlines.end(deadline);
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
