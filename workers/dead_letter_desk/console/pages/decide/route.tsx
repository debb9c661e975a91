/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { attempt } from "../../parts/attempt.ts";
import { Form } from "../../parts/csrf.tsx";
import { filterOptions, queryOf } from "../../parts/filter_words.ts";
import { Needs } from "../../parts/needs.tsx";
import { page } from "../../parts/page.tsx";
import { neededReasonIn } from "../../parts/plan_fields.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { ChosenBox, chosenBy } from "../../parts/selection.tsx";
import { counted } from "../../parts/text.ts";

const kinds = {
  discard: {
    title: "Discard",
    state: "open",
    explained:
      "They are put aside, and stay in the topic. Restore takes them back.",
    past: "discarded",
  },
  restore: {
    title: "Restore",
    state: "discarded",
    explained: "They are open again, as if nobody had discarded them.",
    past: "restored",
  },
  quarantine: {
    title: "Quarantine",
    state: "open",
    explained:
      "No bulk replay takes them any more, until a plan asks for them by that state.",
    past: "quarantined",
  },
} as const;

/** Puts letters aside, or takes them back. */
export function decideRoutes({ desk, reads }: ConsoleDeps): Hono<ConsoleEnv> {
  const routes = new Hono<ConsoleEnv>();
  for (const kind of ["discard", "restore", "quarantine"] as const) {
    const { title, state, explained, past } = kinds[kind];
    const path = `/dead-letters/${kind}`;
    routes.on(["GET", "POST"], path, async (c) => {
      const chosen = await chosenBy(reads.database, c.req.url, state);
      const { form, asker, session } = c.var;
      const { done, refusal } = c.req.method === "POST"
        ? await attempt(() =>
          desk.decide(kind, chosen.filter, neededReasonIn(form), asker)
        )
        : {};
      if (done !== undefined) {
        session.notice = `${counted(done.count, "record")} ${past}.`;
        const { cause } = chosen.filter;
        return c.redirect(`/dead-letters/records${queryOf({ cause })}`, 303);
      }
      return page(
        c,
        {
          title,
          section: "/dead-letters",
          command: [kind, ...filterOptions(chosen.filter), "--reason", "TEXT"],
          status: refusal?.status ?? 200,
        },
        <>
          <h1>{title} dead letters</h1>
          <Refusal refusal={refusal} />
          <ChosenBox chosen={chosen} />
          <Needs person={session.person} what="act">
            <Form action={`${path}${queryOf(chosen.filter)}`}>
              <p>{explained}</p>
              <label for="reason">Why</label>
              <textarea id="reason" name="reason" maxlength={2_000} required>
                {form.get("reason") ?? ""}
              </textarea>
              <button type="submit" class="primary">{title}</button>
            </Form>
          </Needs>
        </>,
      );
    });
  }
  return routes;
}
