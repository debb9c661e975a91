import type { PatchOperation } from "#contracts/desk_action.ts";
import { applyEdit, EditRefused } from "../edit/apply_edit.ts";
import { Tally } from "../jobs/forecast.ts";
import { judged } from "../jobs/judge_process.ts";
import { base64Of, bytesIn, type EncodedOriginal } from "../jobs/originals.ts";
import { forbiddenEdits } from "./edited_places.ts";

/** What a patch would make of letters. */
export type Trial = {
  readonly would_pass: number;
  readonly would_fail: number;
  /** Of those that would fail, why most do. */
  readonly why: string | undefined;
  /** Places that the patch changes and may not: it must not be proposed, whatever would pass. */
  readonly forbidden: readonly string[];
};

/**
 * Tries a patch on letters, by today's code of the service that refused them. Nothing is sent.
 *
 * @param judge the service's own `--judge`, unless many are asked together
 * @throws {DeskRefusal} if the service cannot judge
 */
export async function tryPatch(
  service: string,
  originals: readonly EncodedOriginal[],
  patch: readonly PatchOperation[],
  judge: typeof judged = judged,
): Promise<Trial> {
  const tally = new Tally();
  const forbidden = new Set<string>();
  const edited: EncodedOriginal[] = [];
  for (const original of originals) {
    const before = bytesIn(original.value_base64);
    try {
      const after = applyEdit(before, { patch: [...patch] });
      for (const path of forbiddenEdits(jsonIn(before), jsonIn(after))) {
        forbidden.add(path);
      }
      edited.push({ ...original, value_base64: base64Of(after) });
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      tally.fails("edit_refused", error.message);
    }
  }
  if (edited.length > 0 && forbidden.size === 0) {
    for await (const verdict of judge(service, each(edited))) {
      tally.count(verdict);
    }
  }
  const { would_pass, would_fail, reasons: [most] } = tally.forecast;
  return {
    would_pass,
    would_fail,
    why: most?.message,
    forbidden: [...forbidden],
  };
}

async function* each<T>(all: readonly T[]): AsyncGenerator<T> {
  yield* all;
}

function jsonIn(bytes: Uint8Array | null): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array()));
  } catch {
    return undefined;
  }
}
