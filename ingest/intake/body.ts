import type { Deadlines } from "#runtime/deadlines.ts";
import { GrowingBytes } from "../http/growing_bytes.ts";
import { RequestGivenUp } from "../http/incoming_body.ts";
import { IncomingRequest } from "../http/incoming_request.ts";
import { type ReadingBudget, SMALL_BYTES } from "./reading_budget.ts";

/** Why a body could not be read whole. */
export type BodyProblem =
  | "too_large"
  | "body_timeout"
  | "broken_body"
  /** There was no room for it. */
  | "overloaded"
  /** It was slow, and others had no room. */
  | "gave_way";

type Limits = {
  readonly maxBytes: number;
  /** In which all of a body must arrive. */
  readonly deadlines: Deadlines;
  /** The same, for one that says that it is small. */
  readonly smallDeadlines?: Deadlines;
  readonly budget: ReadingBudget;
};

type Body = Uint8Array<ArrayBuffer> | BodyProblem;

/**
 * Reads a request's body whole, or says why not: a declared length over the limit is refused at once,
 * an undeclared one as soon as it is passed.
 */
export function readBody(
  request: Request,
  limits: Limits,
): Body | Promise<Body> {
  const header = request.headers.get("Content-Length");
  const declared = header === null ? undefined : Number(header);
  if (declared !== undefined && declared > limits.maxBytes) return "too_large";
  // It would wait for room that there cannot be.
  if (declared !== undefined && declared > limits.budget.maxBytes) {
    return "overloaded";
  }
  if (request instanceof IncomingRequest) {
    // Only what was declared can be there whole, and that is small enough.
    const whole = request.incoming.takeWhole();
    if (whole !== undefined) return whole;
  }
  return collect(request, declared, limits);
}

async function collect(
  request: Request,
  declared: number | undefined,
  { maxBytes, deadlines, smallDeadlines = deadlines, budget }: Limits,
): Promise<Body> {
  const pieces = piecesOf(request);
  const body = new GrowingBytes(declared ?? maxBytes);
  let problem: BodyProblem | undefined;
  const giveUp = (why: BodyProblem) => {
    problem ??= why;
    pieces.cancel();
  };
  const patience = declared !== undefined && declared <= SMALL_BYTES
    ? smallDeadlines
    : deadlines;
  const deadline = patience.start(() => giveUp("body_timeout"));
  const held = budget.enter(pieces.peer, () => giveUp("gave_way"));
  try {
    while (true) {
      const piece = await pieces.read();
      if (problem !== undefined) return problem;
      if (piece === undefined) return body.take();
      if (body.length + piece.length > maxBytes) return "too_large";
      if (!budget.grow(held, body.capacityWith(piece.length))) {
        return "overloaded";
      }
      body.append(piece);
    }
  } catch (error) {
    return problem ?? problemOf(error);
  } finally {
    patience.end(deadline);
    body.release();
    budget.leave(held);
    // Of a body given up, nothing more is read.
    pieces.cancel();
  }
}

/** A body piece by piece. `cancel` ends a read that waits, whatever that then says. */
type Pieces = {
  readonly peer: string;
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
};

function piecesOf(request: Request): Pieces {
  if (request instanceof IncomingRequest) {
    const { incoming, sender: { peer } } = request;
    return {
      peer,
      read: () => incoming.read(),
      cancel: () => incoming.cancel(),
    };
  }
  const reader = request.body?.getReader();
  return {
    peer: "",
    read: async () => (await reader?.read())?.value,
    cancel: () => void reader?.cancel().catch(() => {}),
  };
}

function problemOf(error: unknown): BodyProblem {
  if (!(error instanceof RequestGivenUp)) return "broken_body";
  return error.refusal === "crowded" ? "gave_way" : "body_timeout";
}
