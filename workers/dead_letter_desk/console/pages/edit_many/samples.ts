import type { Edit } from "#contracts/desk_action.ts";
import { applyEdit, EditRefused } from "../../../edit/apply_edit.ts";
import { nameOf, originalOf, recordsAt } from "../../../jobs/originals.ts";
import type { LetterFilter } from "../../../queries/filter.ts";
import { lettersOf } from "../../../queries/letters.ts";
import { masked } from "../../../queries/mask.ts";
import type { DeskReads } from "../../../reads.ts";
import { laidOut } from "../record/marked_text.ts";
import { type Line, lineDiff } from "./line_diff.ts";

/** What an edit makes of a record, or why it does not fit it. Values that are masked stay masked. */
export type Sample =
  & { readonly letter: string }
  & (
    | {
      readonly before: readonly Line[];
      readonly after: readonly Line[];
      /** It changes nothing in the record. */
      readonly isSame: boolean;
    }
    | { readonly why: string }
  );

const MOST = 20;

/** The latest records that a filter finds, before and after an edit. */
export async function samplesOf(
  { database, kafka, topics }: DeskReads,
  filter: LetterFilter,
  edit: Edit,
): Promise<Sample[]> {
  const { letters } = await lettersOf(database, filter, { limit: MOST });
  const places = letters.map(({ letter }) => {
    const [partition = 0, offset = 0] = letter.split("/").map(Number);
    return { partition, offset };
  });
  const records = await recordsAt(kafka, topics.deadLetters, places);
  return await Promise.all(places.map(async (place) => {
    const letter = nameOf(place);
    const record = records.get(letter);
    const original = record && await originalOf(kafka, record);
    if (original === undefined) {
      return { letter, why: "It is not kept any more." };
    }
    try {
      const value = original.value?.toString("utf8") ?? "";
      const edited = applyEdit(original.value, edit).toString("utf8");
      const shown = (text: string) => laidOut(masked(text));
      const diff = lineDiff(shown(value), shown(edited));
      return diff === undefined
        ? { letter, why: "It is too long to be shown here; the edit fits it." }
        : { letter, ...diff, isSame: value === edited };
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      return { letter, why: `${error.message}.` };
    }
  }));
}
