/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { unmappedOf } from "../../../queries/unmapped.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { page } from "../../parts/page.tsx";
import { unmappedIn } from "../../parts/unmapped_words.ts";
import { Unmapped } from "./view.tsx";

/** Webhooks that were proven and kept, and that no mapping knew. */
export function unmappedRoutes(
  { reads: { database } }: ConsoleDeps,
): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().get("/unmapped", async (c) => {
    const filter = unmappedIn(new URL(c.req.url).searchParams);
    const kinds = await unmappedOf(database, filter);
    return page(
      c,
      {
        title: "Unmapped webhooks",
        section: "/unmapped",
        command: [
          "unmapped",
          ...Object.entries(filter).flatMap(([name, value]) => [
            `--${name}`,
            value,
          ]),
        ],
      },
      <Unmapped kinds={kinds} filter={filter} person={c.var.session.person} />,
    );
  });
}
