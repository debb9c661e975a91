import type { PatchOperation } from "#contracts/desk_action.ts";
import type { Subject } from "./explaining.ts";
import type { Answer } from "./explanation.ts";
import { refusalOf } from "./patch_gate.ts";
import { explained as byRules } from "./rules/rules.ts";
import { DeskRefusal } from "../refusal.ts";
import type { Explained } from "./spent.ts";
import type { Trial } from "./trial.ts";

/** What a model came to: its answer, or why there is none; neither if none was asked. */
export type Told = { readonly answer?: Answer; readonly why?: string };

/** What a person is shown. */
export type Shown = Pick<
  Explained,
  "text" | "confidence" | "patch" | "patch_by" | "dry_run" | "notes"
>;

/** So many notes, of so many characters. */
const MOST_NOTES = 10;
const NOTE_CHARACTERS = 500;

/** The model's answer, or the rules', with the first patch that may be proposed and that today's code takes. */
export async function shownOf(subject: Subject, told: Told): Promise<Shown> {
  const rules = byRules(subject.cluster);
  const answer = told.answer ?? rules;
  const { patch, by, dryRun, notes } = await proposed(subject, [
    ...told.answer === undefined
      ? []
      : [{ by: "model" as const, patch: told.answer.patch }],
    { by: "rules", patch: rules.patch },
  ]);
  return {
    text: answer.cause,
    confidence: answer.confidence,
    patch,
    patch_by: by,
    dry_run: dryRun,
    notes: [...told.why === undefined ? [] : [told.why], ...notes]
      .map((note) => note.slice(0, NOTE_CHARACTERS)).slice(0, MOST_NOTES),
  };
}

type Proposal = {
  readonly patch: PatchOperation[] | null;
  readonly by: "model" | "rules" | null;
  readonly dryRun: Explained["dry_run"];
  readonly notes: readonly string[];
};

/** The first patch that may be proposed and that today's code takes, and of those before it why not. */
async function proposed(
  { faults, tryPatch }: Pick<Subject, "faults" | "tryPatch">,
  candidates: readonly {
    readonly by: "model" | "rules";
    readonly patch: PatchOperation[] | null;
  }[],
): Promise<Proposal> {
  const notes: string[] = [];
  for (const { by, patch } of candidates) {
    if (patch === null || tryPatch === undefined) continue;
    const whose = by === "model" ? "The model's patch" : "The rules' patch";
    const refused = refusalOf(patch, faults);
    if (refused !== undefined) {
      notes.push(`${whose} is not proposed: ${refused}.`);
      continue;
    }
    const trial = await triedBy(tryPatch, patch);
    if ("refusal" in trial) {
      notes.push(
        `${whose} is not proposed: it cannot be tried. ${trial.refusal}`,
      );
      continue;
    }
    const { forbidden, would_pass, would_fail, why } = trial;
    if (forbidden.length > 0) {
      notes.push(
        `${whose} is not proposed: it would change ${forbidden.length} places that no patch may change.`,
      );
    } else if (would_pass === 0) {
      notes.push(
        `${whose} is not proposed: today's code would still refuse the letters${
          why === undefined ? "" : ` (${why.slice(0, 200)})`
        }.`,
      );
    } else {
      return { patch, by, dryRun: { would_pass, would_fail }, notes };
    }
  }
  return { patch: null, by: null, dryRun: null, notes };
}

/** A service that cannot judge just now takes nobody the text. */
async function triedBy(
  tryPatch: NonNullable<Subject["tryPatch"]>,
  patch: readonly PatchOperation[],
): Promise<Trial | { readonly refusal: string }> {
  try {
    return await tryPatch(patch);
  } catch (error) {
    if (error instanceof DeskRefusal) return { refusal: error.message };
    throw error;
  }
}
