/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { rejectedOf, type RejectedRow } from "../../../queries/rejected.ts";
import type { Person } from "../../../http/tokens.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { Form } from "../../parts/csrf.tsx";
import { Data, Empty } from "../../parts/data.tsx";
import { may } from "../../may.ts";
import { page } from "../../parts/page.tsx";
import { Sparkline } from "../../parts/sparkline.tsx";
import { Table } from "../../parts/table.tsx";
import { counted, thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";

/** Why the intake has turned webhooks away, which the outside is not told. */
export function rejectedRoutes(
  { reads: { database } }: ConsoleDeps,
): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get("/rejected", async (c) => {
    const provider = c.req.query("provider")?.trim() || undefined;
    const account = c.req.query("account")?.trim() || undefined;
    const rows = await rejectedOf(database, { provider, account });
    const refusals = rows.reduce((sum, row) => sum + row.refusals, 0);
    return page(
      c,
      {
        title: "Rejected webhooks",
        section: "/rejected",
        command: [
          "rejected",
          ...provider === undefined ? [] : ["--provider", provider],
          ...account === undefined ? [] : ["--account", account],
        ],
      },
      <>
        <div class="head">
          <h1>Rejected webhooks</h1>
          <p class="soft">{counted(refusals, "refusal")} in 7 days</p>
        </div>
        <div class="box flush">
          {rows.length === 0
            ? (
              <Empty>
                No webhook was turned away in the last 7 days.
                {provider === undefined && account === undefined
                  ? null
                  : <a href="/rejected">Of all providers</a>}
              </Empty>
            )
            : <Rows rows={rows} person={c.var.session.person} />}
        </div>
      </>,
    );
  });
}

function Rows({ rows, person }: {
  readonly rows: readonly RejectedRow[];
  readonly person: Person;
}) {
  return (
    <Table
      caption="Why webhooks were refused, the latest cause first"
      rows={rows}
      keyOf={({ provider, account, cause, detail }) =>
        `${provider} ${account} ${cause} ${detail}`}
      columns={[
        {
          head: "Why",
          isName: true,
          cell: ({ says, cause, provider, account }) => (
            <>
              <Data text={says} />
              <p>
                <small>{visible(cause)}</small>
              </p>
              {may(person, "explain")
                ? (
                  <Form action="/rejected/explain">
                    <input type="hidden" name="provider" value={provider} />
                    <input type="hidden" name="account" value={account} />
                    <input type="hidden" name="cause" value={cause} />
                    <button type="submit" class="quiet">Explain</button>
                  </Form>
                )
                : null}
            </>
          ),
        },
        {
          head: "Sent to",
          cell: ({ provider, account }) => (
            <>
              <a href={`/rejected?provider=${encodeURIComponent(provider)}`}>
                <Data text={provider} />
              </a>
              {account === "" ? null : (
                <p>
                  <a
                    href={`/rejected?${new URLSearchParams({
                      provider,
                      account,
                    })}`}
                  >
                    <Data text={account} />
                  </a>
                </p>
              )}
            </>
          ),
        },
        {
          head: "Refusals",
          isNumber: true,
          cell: ({ refusals }) => thousands(refusals),
        },
        {
          head: "Last 24 h",
          cell: ({ hours }) => <Sparkline hours={hours} of="refusal" />,
        },
        {
          head: "Since",
          cell: ({ first_seen }) => <Time at={first_seen} />,
        },
        { head: "Last seen", cell: ({ last_seen }) => <Time at={last_seen} /> },
        {
          head: "Latest sender",
          cell: ({ sample }) => (
            <>
              <Data text={sample?.sender ?? null} />
              <p>
                <small>
                  <Data text={sample?.user_agent ?? null} />
                </small>
              </p>
            </>
          ),
        },
      ]}
    />
  );
}
