/** @jsxImportSource hono/jsx */
import type { Database } from "#runtime/postgres/database.ts";
import { type Amount, causesOf } from "../../queries/causes.ts";
import { isCounted, type LetterFilter } from "../../queries/filter.ts";
import { type Counted, countLetters } from "../../queries/letters.ts";
import { DeskRefusal } from "../../refusal.ts";
import { moneyOf } from "../pages/overview/sums.ts";
import { Chips } from "./chips.tsx";
import { Money } from "./data.tsx";
import { filterIn } from "./filter_words.ts";
import { counted as countText, thousands } from "./text.ts";

/** What somebody is about to do something to. */
export type Chosen = {
  readonly filter: LetterFilter;
  readonly counted: Counted;
  /** Undefined if counters cannot tell. */
  readonly amounts: readonly Amount[] | undefined;
};

/**
 * The letters that an address names.
 *
 * @param state what they are in, unless it says another
 * @throws {DeskRefusal} if it names none: to do something to all there are, it has to say so
 */
export async function chosenBy(
  database: Pick<Database, "use">,
  url: string,
  state: NonNullable<LetterFilter["state"]>,
): Promise<Chosen> {
  const query = new URL(url).searchParams;
  const asked = filterIn(query);
  const isAll = query.get("all") === "1";
  // From a list with boxes, what the list is filtered by is no choice yet.
  const isChoice = query.get("ticked") === "1"
    ? query.has("letter")
    : Object.keys(asked).length > 0;
  if (!isAll && !isChoice) {
    throw new DeskRefusal(
      422,
      "Nothing is selected: tick records, or say that all are meant.",
    );
  }
  const filter = { ...asked, state: asked.state ?? state };
  const [counted, causes] = await Promise.all([
    countLetters(database, filter),
    isCounted(filter) ? causesOf(database, filter) : undefined,
  ]);
  return {
    filter,
    counted,
    amounts: causes === undefined || filter.currency !== undefined
      ? undefined
      : moneyOf(causes),
  };
}

export function ChosenBox({ chosen }: { readonly chosen: Chosen }) {
  const { filter, counted, amounts } = chosen;
  return (
    <section class="box" aria-label="Selection">
      <p>
        <strong>
          {counted.isAtLeast
            ? `More than ${thousands(counted.count)} records`
            : countText(counted.count, "record")}
        </strong>
      </p>
      {amounts === undefined ? null : <Money amounts={amounts} />}
      <Chips filter={filter} />
    </section>
  );
}
