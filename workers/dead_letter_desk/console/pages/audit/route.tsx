/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { z } from "zod";
import { type ActionRow, actionsOf } from "../../../queries/actions.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { Data, Empty } from "../../parts/data.tsx";
import { page } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { short, thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";
import { told } from "./told.ts";

const PAGE = 50;

const Asked = z.object({
  before: z.coerce.number().int().positive().optional().catch(undefined),
  job: z.uuid().optional().catch(undefined),
});

/** Who did what, and why. */
export function auditRoutes(
  { reads: { database } }: ConsoleDeps,
): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get("/audit", async (c) => {
    const { before, job } = Asked.parse(c.req.query());
    const actions = await actionsOf(database, { before, job, limit: PAGE });
    const older = new URLSearchParams({
      ...job === undefined ? {} : { job },
      before: String(actions.at(-1)?.number ?? 0),
    });
    return page(
      c,
      {
        title: "Audit",
        section: "/audit",
        command: job === undefined
          ? ["actions"]
          : ["actions", "--job", short(job)],
      },
      <>
        <div class="head">
          <h1>
            Audit{job === undefined ? null : ` of replay ${short(job)}`}
          </h1>
          {job === undefined
            ? (
              <p class="soft">
                <code>deno task audit</code>{" "}
                proves that none was taken out or altered.
              </p>
            )
            : <a href="/audit">All actions</a>}
        </div>
        <div class="box flush">
          {actions.length === 0
            ? <Empty>Nobody has done anything at the desk.</Empty>
            : <Actions actions={actions} />}
          {actions.length < PAGE ? null : (
            <p class="more">
              <a class="button" href={`/audit?${older}`}>50 older</a>
            </p>
          )}
        </div>
      </>,
    );
  });
}

function Actions({ actions }: { readonly actions: readonly ActionRow[] }) {
  return (
    <Table
      caption="Actions, the latest first"
      rows={actions}
      keyOf={({ number }) => String(number)}
      columns={[
        {
          head: "No.",
          isNumber: true,
          cell: ({ number }) => thousands(number),
        },
        { head: "When", cell: ({ at }) => <Time at={at} /> },
        {
          head: "Who",
          cell: ({ subject, via }) => (
            <>
              <Data text={subject} /> <small>{via}</small>
            </>
          ),
        },
        {
          head: "What",
          isName: true,
          cell: (action) => visible(told(action)),
        },
        {
          head: "Why",
          cell: ({ what }) => (
            <Data text={typeof what.reason === "string" ? what.reason : null} />
          ),
        },
        {
          head: "Of",
          cell: ({ job, cause }) =>
            job !== null
              ? <a href={`/replays/${job}`}>replay {short(job)}</a>
              : cause !== null
              ? (
                <a href={`/dead-letters/records?cause=${cause}`}>
                  cause {short(cause)}
                </a>
              )
              : <Data text={null} />,
        },
      ]}
    />
  );
}
