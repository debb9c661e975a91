/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { causesOf } from "../../../queries/causes.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { filterIn, filterOptions } from "../../parts/filter_words.ts";
import { reasonIn } from "../../parts/plan_fields.tsx";
import { page } from "../../parts/page.tsx";
import { Causes } from "./view.tsx";

export function causesRoutes({ desk, reads }: ConsoleDeps): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>()
    .get("/dead-letters", async (c) => {
      const filter = filterIn(new URL(c.req.url).searchParams);
      const causes = await causesOf(reads.database, filter);
      return page(
        c,
        {
          title: "Causes",
          section: "/dead-letters",
          command: ["causes", ...filterOptions(filter)],
        },
        <Causes
          causes={causes}
          filter={filter}
          person={c.var.session.person}
        />,
      );
    })
    .post("/dead-letters/causes/:cause/acknowledge", async (c) => {
      await desk.acknowledge(c.req.param("cause"), null, c.var.asker);
      c.var.session.notice = "Acknowledged. The cause stays open.";
      return c.redirect("/dead-letters", 303);
    })
    .post("/dead-letters/causes/:cause/note", async (c) => {
      const text = reasonIn(c.var.form, "text");
      if (text !== null) {
        await desk.note(c.req.param("cause"), text, c.var.asker);
        c.var.session.notice = "Noted.";
      }
      return c.redirect("/dead-letters", 303);
    });
}
