import { z } from "zod";
import { exitCodes } from "#runtime/errors.ts";

/** What a wrong name ends with. */
export const USAGE = 2;

const Answer = z.union([
  z.object({
    incidents: z.array(z.object({
      kind: z.string(),
      provider: z.string().nullable(),
      until: z.string().nullable(),
    })),
  }),
  z.object({ detail: z.string() }),
]);

/** What is said to whoever asked, and what the command ends with. */
export type Said = {
  readonly lines: readonly string[];
  readonly exitCode: number;
};

/** The simulator's `/incidents`, as a command of the terminal. */
export function incidentSwitch(
  { url, fetch }: {
    /** The simulator's, without a path. */
    readonly url: string;
    readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  },
) {
  /** Never throws: whatever the simulator answers is said in one sentence. */
  const ask = async (
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Said> => {
    let answer: z.infer<typeof Answer>;
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { "Content-Type": "application/json" },
        ...body !== undefined && { body: JSON.stringify(body) },
        signal: AbortSignal.timeout(10_000),
      });
      answer = Answer.parse(await response.json());
    } catch {
      return {
        lines: [`The simulator does not answer at ${url}: is the stack up?`],
        exitCode: exitCodes.unavailable,
      };
    }
    return "detail" in answer
      ? { lines: [answer.detail], exitCode: USAGE }
      : { lines: linesOf(answer.incidents), exitCode: exitCodes.ok };
  };

  /** Switches incidents on, one after the other. */
  const on = async (
    kinds: readonly string[],
    { provider, minutes }: {
      readonly provider: string | undefined;
      readonly minutes: string | undefined;
    },
  ): Promise<Said> =>
    await each(kinds, (kind) =>
      ask("POST", "/incidents", {
        kind,
        ...provider !== undefined && { provider },
        ...minutes !== undefined && { minutes: Number(minutes) },
      }));

  /** Switches those incidents off, or all of them. */
  const off = async (kinds: readonly string[]): Promise<Said> => {
    if (kinds.length === 0) return await ask("DELETE", "/incidents");
    return await each(
      kinds,
      (kind) => ask("DELETE", `/incidents/${encodeURIComponent(kind)}`),
    );
  };

  return { ask, on, off };
}

/** One after the other, until one is refused; what was said last is said. */
async function each(
  kinds: readonly string[],
  ask: (kind: string) => Promise<Said>,
): Promise<Said> {
  let said: Said = { lines: [], exitCode: exitCodes.ok };
  for (const kind of kinds) {
    said = await ask(kind);
    if (said.exitCode !== exitCodes.ok) break;
  }
  return said;
}

type Listed = {
  readonly kind: string;
  readonly provider: string | null;
  readonly until: string | null;
};

function linesOf(incidents: readonly Listed[]): string[] {
  if (incidents.length === 0) return ["No incident is on."];
  return incidents.map(({ kind, provider, until }) =>
    `${kind} at ${provider ?? "every provider"}, ${
      until === null ? "until it is switched off" : `until ${until}`
    }`
  );
}
