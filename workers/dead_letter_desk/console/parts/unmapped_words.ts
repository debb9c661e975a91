import { UnmappedFilter } from "../../queries/unmapped.ts";
import { DeskRefusal } from "../../refusal.ts";

/**
 * Which unmapped webhooks an address names. What is left empty says nothing.
 *
 * @throws {DeskRefusal} if it names none
 */
export function unmappedIn(query: URLSearchParams): UnmappedFilter {
  const words = Object.keys(UnmappedFilter.shape).flatMap((name) => {
    const value = query.get(name)?.trim();
    return value === undefined || value === "" ? [] : [[name, value] as const];
  });
  const parsed = UnmappedFilter.safeParse(Object.fromEntries(words));
  if (parsed.success) return parsed.data;
  throw new DeskRefusal(422, "There is no such family of webhooks.");
}

/** As an address has it, with a `?` in front of it; empty if it says nothing. */
export function unmappedQuery(filter: UnmappedFilter): string {
  const words = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, value]]
  );
  return words.length === 0
    ? ""
    : `?${new URLSearchParams(Object.fromEntries(words))}`;
}

/** As options of `deno task dlq replay` and `dry-run`; none if they cannot say it. */
export function unmappedOptions(
  { provider, type, account }: UnmappedFilter,
): string[] {
  if (provider === undefined) return [];
  return [
    "--unmapped",
    type === undefined ? provider : `${provider}/${type}`,
    ...account === undefined ? [] : ["--account", account],
  ];
}
