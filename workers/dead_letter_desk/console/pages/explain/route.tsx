/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { DeskRefusal } from "../../../refusal.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { Explanation } from "../../parts/explanation.tsx";
import { filterIn, queryOf } from "../../parts/filter_words.ts";
import { page } from "../../parts/page.tsx";

/** Has a cause, or refused webhooks, explained. What is asked for takes money, so it is a form. */
export function explainRoutes({ desk }: ConsoleDeps): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>()
    .post("/dead-letters/explain", async (c) => {
      const { cause } = filterIn(new URL(c.req.url).searchParams);
      if (cause === undefined) {
        throw new DeskRefusal(422, "Say which cause is to be explained.");
      }
      const explained = await desk.explain(cause, c.var.asker);
      const its = queryOf({ cause: explained.cause ?? cause, state: "open" });
      return c.redirect(`/dead-letters/records${its}#explanation`, 303);
    })
    .post("/rejected/explain", async (c) => {
      const { form, asker, session } = c.var;
      const [provider, account, cause = ""] = ["provider", "account", "cause"]
        .map((name) => form.get(name)?.trim() || undefined);
      const explained = await desk.explainRefused(
        { provider, account, cause },
        asker,
      );
      return page(
        c,
        {
          title: "Refused webhooks explained",
          section: "/rejected",
          command: [
            "explain",
            "--refused",
            provider === undefined ? cause : `${provider}/${cause}`,
          ],
        },
        <>
          <div class="head">
            <h1>Why webhooks were refused</h1>
            <a href="/rejected">All refusals</a>
          </div>
          <section class="box" aria-label="Explanation">
            <Explanation explained={explained} person={session.person} />
          </section>
        </>,
      );
    });
}
