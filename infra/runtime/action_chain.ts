/**
 * Actions are chained: each record of `events.desk.v1` says which one it is and what came before it, so that one that is
 * altered, taken out, put in or exchanged is named by whoever reads them in order. What is cut off at the end is told
 * by whoever remembers how far the chain was.
 *
 * A record's value is the JSON of `ChainedAction`; its link is the SHA-256 of the value's bytes as they are in the log.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { ChainedAction, type DeskAction } from "#contracts/desk_action.ts";
import { parseJsonObject } from "#contracts/parse.ts";

/** How far a chain is. */
export type ChainEnd = {
  readonly number: number;
  /** The link of its last record; `null` of a chain that has none. */
  readonly link: string | null;
};

export const emptyChain: ChainEnd = { number: 0, link: null };

/** The value of a record that goes on with a chain, and where the chain then ends. */
export function chained(
  action: DeskAction,
  { number, link }: ChainEnd,
): { readonly value: string; readonly end: ChainEnd } {
  const value = JSON.stringify(
    {
      chain: { number: number + 1, previous: link },
      action,
    } satisfies ChainedAction,
  );
  return { value, end: { number: number + 1, link: linkOf(value) } };
}

/** An action as a record has it, with its place in the chain, whether or not that fits; undefined if it is none. */
export function readChained(
  bytes: Uint8Array | null,
): ChainedAction | undefined {
  const json = parseJsonObject(bytes);
  return json.ok ? ChainedAction.safeParse(json.value).data : undefined;
}

export type Linked =
  | {
    readonly ok: true;
    readonly action: DeskAction;
    readonly end: ChainEnd;
  }
  /** What is wrong, as a sentence without its full stop, and where the chain goes on. */
  | { readonly ok: false; readonly why: string; readonly end: ChainEnd };

/**
 * Reads the next record of a chain. After one that is wrong it goes on with that one, so that each fault is named once.
 *
 * @param before `undefined` for the first record that is still kept: what came before it cannot be checked any more
 */
export function followChain(
  bytes: Uint8Array | null,
  before: ChainEnd | undefined,
): Linked {
  const link = linkOf(bytes ?? "");
  const read = readChained(bytes);
  if (read === undefined) {
    const number = (before?.number ?? 0) + 1;
    const why = `the record where action ${number} should be is no action`;
    return { ok: false, why, end: { number, link } };
  }
  const { chain, action } = read;
  const end = { number: chain.number, link };
  if (before === undefined) return { ok: true, action, end };
  if (chain.number !== before.number + 1) {
    const why = `action ${chain.number} comes after action ${before.number}`;
    return { ok: false, why, end };
  }
  if (chain.previous !== before.link) {
    const why =
      `action ${before.number} is not the one that action ${chain.number} was written after`;
    return { ok: false, why, end };
  }
  return { ok: true, action, end };
}

/** By what the next action names the one with this value. */
export function linkOf(value: Uint8Array | string): string {
  return createHash("sha256").update(value).digest("hex");
}
