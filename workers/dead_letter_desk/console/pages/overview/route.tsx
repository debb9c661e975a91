/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { causesOf } from "../../../queries/causes.ts";
import { jobsOf } from "../../../queries/jobs.ts";
import { oldestOpen } from "../../../queries/oldest_open.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { page } from "../../parts/page.tsx";
import { Overview } from "./view.tsx";

export function overviewRoutes(
  { reads, flow, waits, clock, grafanaUrl }: ConsoleDeps,
): Hono<ConsoleEnv> {
  const { database, topics } = reads;
  return new Hono<ConsoleEnv>().get("/", async (c) => {
    const [causes, oldest, jobs, now] = await Promise.all([
      causesOf(database, {}),
      oldestOpen(database),
      jobsOf(database, {
        states: ["planned", "approved", "running", "paused"],
        limit: 5,
      }),
      flow.now(),
    ]);
    return page(
      c,
      {
        title: "Overview",
        section: "/",
        command: ["causes"],
        scripts: ["charts.js"],
      },
      <Overview
        causes={causes}
        oldest={oldest}
        jobs={jobs}
        flow={now}
        samples={flow.samples}
        topics={topics}
        waits={waits()}
        now={clock()}
        grafanaUrl={grafanaUrl}
      />,
    );
  });
}
