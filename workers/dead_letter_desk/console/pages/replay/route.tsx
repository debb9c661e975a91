/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { attempt } from "../../parts/attempt.ts";
import { Form } from "../../parts/csrf.tsx";
import { filterOptions, queryOf } from "../../parts/filter_words.ts";
import { Needs } from "../../parts/needs.tsx";
import { page } from "../../parts/page.tsx";
import { PlanFields, planIn } from "../../parts/plan_fields.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { ChosenBox, chosenBy } from "../../parts/selection.tsx";

/** From a selection to a job that is planned. */
export function replayRoutes({ desk, reads }: ConsoleDeps): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().on(
    ["GET", "POST"],
    "/dead-letters/replay",
    async (c) => {
      const chosen = await chosenBy(reads.database, c.req.url, "open");
      const { form, asker, session } = c.var;
      const { done, refusal } = c.req.method === "POST"
        ? await attempt(() =>
          desk.plan({ filter: chosen.filter, ...planIn(form) }, asker)
        )
        : {};
      if (done !== undefined) {
        session.notice = "The plan is frozen. Nothing was sent yet.";
        return c.redirect(`/replays/${done.job}`, 303);
      }
      return page(
        c,
        {
          title: "Plan a replay",
          section: "/dead-letters",
          command: ["replay", ...filterOptions(chosen.filter)],
          status: refusal?.status ?? 200,
        },
        <>
          <h1>Plan a replay</h1>
          <Refusal refusal={refusal} />
          <ChosenBox chosen={chosen} />
          <Needs person={session.person} what="act">
            <Form action={`/dead-letters/replay${queryOf(chosen.filter)}`}>
              <PlanFields form={form} />
              <button type="submit" class="primary">Freeze the plan</button>
            </Form>
          </Needs>
        </>,
      );
    },
  );
}
