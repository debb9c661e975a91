/** @jsxImportSource hono/jsx */
import type { ReasonCount } from "#contracts/desk_action.ts";
import { Data } from "../../parts/data.tsx";
import { Table } from "../../parts/table.tsx";
import { counted, thousands, visible } from "../../parts/text.ts";

/** What today's code would make of records. */
export function ForecastBox({ forecast }: {
  readonly forecast: {
    readonly would_pass: number;
    readonly would_stay_unmapped?: number;
    readonly would_fail: number;
    readonly reasons: readonly ReasonCount[];
  };
}) {
  const { would_pass, would_stay_unmapped = 0, would_fail, reasons } = forecast;
  return (
    <section class="box" aria-label="What the dry run says">
      <p role="status">
        <strong>{counted(would_pass, "record")}</strong> would pass,{" "}
        {would_stay_unmapped === 0 ? null : (
          <>
            <strong>{thousands(would_stay_unmapped)}</strong>{" "}
            would stay unmapped,{" "}
          </>
        )}
        <strong>{thousands(would_fail)}</strong> would fail
        {reasons.length === 0 ? "." : ", for these reasons:"}
      </p>
      {reasons.length === 0 ? null : (
        <Table
          caption="Why records would fail"
          rows={reasons}
          keyOf={({ code, message }) => `${code} ${message}`}
          columns={[
            {
              head: "Reason",
              isName: true,
              cell: ({ message }) => <Data text={message} />,
            },
            { head: "Code", cell: ({ code }) => <code>{visible(code)}</code> },
            {
              head: "Count",
              isNumber: true,
              cell: ({ count }) => thousands(count),
            },
          ]}
        />
      )}
    </section>
  );
}
