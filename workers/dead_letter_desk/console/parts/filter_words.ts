import { LetterFilter } from "../../queries/filter.ts";
import { DeskRefusal } from "../../refusal.ts";
import { short } from "./text.ts";

/** What can be filtered by, in the order in which it is shown, and what it is called. */
export const filterNames = {
  cause: "Cause",
  service: "Service",
  code: "Code",
  provider: "Provider",
  account: "Account",
  path: "Place at fault",
  currency: "Currency",
  state: "State",
  id: "Any id",
  since: "Since",
  until: "Until",
  letter: "Record",
} as const;

export type FilterName = keyof typeof filterNames;

const names = Object.keys(filterNames).filter(isFilterName);

function isFilterName(name: string): name is FilterName {
  return Object.hasOwn(filterNames, name);
}

/**
 * The filter of an address or a form. Fields that are left empty say nothing; records that were ticked are named, unless all that is
 * found was meant.
 *
 * @throws {DeskRefusal} if it is none
 */
export function filterIn(query: URLSearchParams): LetterFilter {
  const isAll = query.get("all") === "1";
  const words = names.flatMap((name) => {
    const values = query.getAll(name).map((value) => value.trim())
      .filter(Boolean);
    if (name === "letter" && isAll) return [];
    return values.length === 0 ? [] : [[name, values.join(",")] as const];
  });
  const parsed = LetterFilter.safeParse(Object.fromEntries(words));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DeskRefusal(
    422,
    `The filter ${issue?.path.join(".") ?? ""} ${
      issue?.message ?? "is not as it must be"
    }.`,
  );
}

/** As an address has it, with a `?` in front of it; empty if it says nothing. */
export function queryOf(
  filter: LetterFilter,
  further: Readonly<Record<string, string | undefined>> = {},
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, ...further })) {
    if (value !== undefined) query.set(name, value);
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** What is said of it, in order. */
export function wordsOf(
  filter: LetterFilter,
): { readonly name: FilterName; readonly value: string }[] {
  return names.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [{ name, value }];
  });
}

/** As options of the command line. */
export function filterOptions(filter: LetterFilter): string[] {
  const { cause, ...others } = filter;
  const words = wordsOf(others).map(({ name, value }) => `${name}=${value}`);
  return [
    ...cause === undefined ? [] : ["--cause", short(cause)],
    ...words.flatMap((word) => ["--filter", word]),
  ];
}
