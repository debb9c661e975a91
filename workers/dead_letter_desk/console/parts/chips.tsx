/** @jsxImportSource hono/jsx */
import type { LetterFilter } from "../../queries/filter.ts";
import { Data } from "./data.tsx";
import { filterNames, queryOf, wordsOf } from "./filter_words.ts";
import { short } from "./text.ts";

/** What a page is filtered by; each can be taken away, if there is a page without it. */
export function Chips(
  { filter, path }: {
    readonly filter: LetterFilter;
    readonly path?: string;
  },
) {
  const words = wordsOf(filter);
  if (words.length === 0) return null;
  return (
    <ul
      class={path === undefined ? "chips plain" : "chips"}
      aria-label="Filter"
    >
      {words.map(({ name, value }) => (
        <li key={name}>
          <span>
            {filterNames[name]}:{" "}
            <Data text={name === "cause" ? short(value) : value} />
          </span>
          {path === undefined ? null : (
            <a
              href={`${path}${queryOf({ ...filter, [name]: undefined })}`}
              aria-label={`Without ${filterNames[name]}`}
            >
              ✕
            </a>
          )}
        </li>
      ))}
    </ul>
  );
}
