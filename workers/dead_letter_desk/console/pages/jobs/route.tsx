/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { type Job, jobsOf } from "../../../queries/jobs.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { Empty, State } from "../../parts/data.tsx";
import { page } from "../../parts/page.tsx";
import { Table } from "../../parts/table.tsx";
import { short, thousands, visible } from "../../parts/text.ts";
import { Time } from "../../parts/time.tsx";

const PAGE = 50;

export function jobsRoutes(
  { reads: { database } }: ConsoleDeps,
): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get("/replays", async (c) => {
    const asked = Number(c.req.query("before"));
    const before = Number.isSafeInteger(asked) && asked > 0 ? asked : undefined;
    const jobs = await jobsOf(database, { before, limit: PAGE });
    return page(
      c,
      { title: "Replays", section: "/replays", command: ["jobs"] },
      <>
        <h1>Replays</h1>
        <div class="box flush">
          {jobs.length === 0
            ? (
              <Empty>
                Nobody has planned a replay. Choose a{" "}
                <a href="/dead-letters">cause</a> to begin.
              </Empty>
            )
            : <Jobs jobs={jobs} />}
          {jobs.length < PAGE ? null : (
            <p class="more">
              <a class="button" href={`/replays?before=${jobs.at(-1)?.number}`}>
                50 older
              </a>
            </p>
          )}
        </div>
      </>,
    );
  });
}

function Jobs({ jobs }: { readonly jobs: readonly Job[] }) {
  return (
    <Table
      caption="Replay jobs, the latest first"
      rows={jobs}
      keyOf={({ job }) => job}
      opens
      columns={[
        {
          head: "Replay",
          isName: true,
          cell: ({ job, reason, of, edit }) => (
            <>
              <a href={`/replays/${job}`} data-open="">{short(job)}</a>{" "}
              <small>
                {of !== "letters"
                  ? of
                  : edit === null
                  ? "as they were"
                  : "edited"}
              </small>
              {reason === null ? null : <p>{visible(reason)}</p>}
            </>
          ),
        },
        { head: "State", cell: ({ state }) => <State state={state} /> },
        {
          head: "Selected",
          isNumber: true,
          cell: ({ selected }) => thousands(selected),
        },
        { head: "Sent", isNumber: true, cell: ({ sent }) => thousands(sent) },
        {
          head: "Passed",
          isNumber: true,
          cell: ({ outcomes }) => thousands(outcomes.passed),
        },
        {
          head: "Dead again",
          isNumber: true,
          cell: ({ outcomes }) => thousands(outcomes.dead_again),
        },
        {
          head: "Passed over",
          isNumber: true,
          cell: ({ outcomes }) => thousands(outcomes.passed_over),
        },
        {
          head: "Planned",
          cell: ({ planned_at, planned_by }) => (
            <>
              <Time at={planned_at} />
              <p>
                <small>by {visible(planned_by)}</small>
              </p>
            </>
          ),
        },
      ]}
    />
  );
}
