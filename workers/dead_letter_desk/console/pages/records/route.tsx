/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { causesOf } from "../../../queries/causes.ts";
import { latestOf } from "../../../explainer/spent.ts";
import { LetterPlace } from "../../../queries/filter.ts";
import { countLetters, lettersOf } from "../../../queries/letters.ts";
import { countNewer } from "../../../queries/newer_letters.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { filterIn, filterOptions, queryOf } from "../../parts/filter_words.ts";
import { page } from "../../parts/page.tsx";
import { Newer, Records } from "./view.tsx";

export function recordsRoutes(
  { reads: { database } }: ConsoleDeps,
): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>()
    .get("/dead-letters/records", async (c) => {
      const filter = filterIn(new URL(c.req.url).searchParams);
      const after = LetterPlace.safeParse(c.req.query("after")).data;
      const [found, counted, causes, latest] = await Promise.all([
        lettersOf(database, filter, { after }),
        countLetters(database, filter),
        causesOf(database, { cause: filter.cause, state: filter.state }),
        filter.cause === undefined
          ? undefined
          : latestOf(database, filter.cause),
      ]);
      return page(
        c,
        {
          title: "Records",
          section: "/dead-letters",
          command: ["list", ...filterOptions(filter)],
        },
        <Records
          found={found}
          counted={counted}
          filter={filter}
          after={after}
          causes={causes}
          latest={latest}
          person={c.var.session.person}
        />,
      );
    })
    .get("/dead-letters/records/newer", async (c) => {
      const query = new URL(c.req.url).searchParams;
      const filter = filterIn(query);
      const than = LetterPlace.safeParse(query.get("than")).data ?? "0/0";
      const count = await countNewer(database, filter, than);
      return c.html(
        <Newer query={queryOf(filter)} than={than} count={count} />,
      );
    });
}
