/** @jsxImportSource hono/jsx */
import type { Child } from "hono/jsx";

export type Column<T> = {
  readonly head: string;
  readonly cell: (row: T) => Child;
  /** Numbers stand at the right, digit under digit. */
  readonly isNumber?: boolean;
  /** What names the row. */
  readonly isName?: boolean;
  /** The column is one of boxes or buttons, whose heading is only heard. */
  readonly isUnnamed?: boolean;
};

/**
 * A table; on a phone each row is a card, so that every cell says of itself what it is. Roles are spelt out, as browsers forget
 * them where a table is not laid out as one.
 */
export function Table<T>(
  { caption, columns, rows, keyOf, id, opens = false }: {
    readonly caption: string;
    readonly columns: readonly Column<T>[];
    readonly rows: readonly T[];
    readonly keyOf: (row: T) => string;
    readonly id?: string;
    /** Whether keys move from row to row. */
    readonly opens?: boolean;
  },
) {
  return (
    <table role="table">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ head, isNumber, isUnnamed }) => (
            <th
              key={head}
              role="columnheader"
              scope="col"
              class={isNumber ? "number" : undefined}
            >
              {isUnnamed ? <span class="unseen">{head}</span> : head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" id={id}>
        {rows.map((row) => (
          <tr role="row" key={keyOf(row)} data-row={opens ? "" : undefined}>
            {columns.map(({ head, cell, isNumber, isName, isUnnamed }) =>
              isName
                ? (
                  <th key={head} role="rowheader" scope="row" class="name">
                    {cell(row)}
                  </th>
                )
                : (
                  <td
                    key={head}
                    role="cell"
                    class={isNumber ? "number" : undefined}
                    data-label={isUnnamed ? undefined : head}
                  >
                    {cell(row)}
                  </td>
                )
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
