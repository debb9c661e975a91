/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { type UnmappedKind, unmappedOf } from "../../../queries/unmapped.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { attempt } from "../../parts/attempt.ts";
import { Form } from "../../parts/csrf.tsx";
import { Data } from "../../parts/data.tsx";
import { Needs } from "../../parts/needs.tsx";
import { page } from "../../parts/page.tsx";
import { PlanFields, planIn } from "../../parts/plan_fields.tsx";
import { Refusal } from "../../parts/refusal.tsx";
import { counted, thousands } from "../../parts/text.ts";
import {
  unmappedIn,
  unmappedOptions,
  unmappedQuery,
} from "../../parts/unmapped_words.ts";
import { ForecastBox } from "../dry_run/view.tsx";

/** From webhooks that no mapping knew to a job that is planned, by way of a dry run. */
export function unmappedReplayRoutes(
  { desk, reads: { database } }: ConsoleDeps,
): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().on(
    ["GET", "POST"],
    "/unmapped/replay",
    async (c) => {
      const filter = unmappedIn(new URL(c.req.url).searchParams);
      const { form, asker, session } = c.var;
      const isPost = c.req.method === "POST";
      const isDryRun = isPost && form.get("dry_run") === "1";
      const forecast = isDryRun
        ? await desk.forecastUnmapped(filter, asker)
        : undefined;
      const { done, refusal } = isPost && !isDryRun
        ? await attempt(() =>
          desk.planUnmapped({ filter, ...planIn(form) }, asker)
        )
        : {};
      if (done !== undefined) {
        session.notice = "The plan is frozen. Nothing was sent yet.";
        return c.redirect(`/replays/${done.job}`, 303);
      }
      const kinds = await unmappedOf(database, filter);
      const action = `/unmapped/replay${unmappedQuery(filter)}`;
      const words = unmappedOptions(filter);
      return page(
        c,
        {
          title: "Replay unmapped webhooks",
          section: "/unmapped",
          command: words.length === 0 ? ["unmapped"] : ["replay", ...words],
          status: refusal?.status ?? 200,
        },
        <>
          <h1>Replay unmapped webhooks</h1>
          <Refusal refusal={refusal} />
          <Chosen kinds={kinds} />
          {forecast === undefined ? null : <ForecastBox forecast={forecast} />}
          <Needs person={session.person} what="dryRun">
            <Form action={action}>
              <p>
                Today's mappings judge the raw records. Nothing is sent, nothing
                is stored.
              </p>
              <input type="hidden" name="dry_run" value="1" />
              <button type="submit">
                {forecast === undefined ? "Dry run" : "Dry run once more"}
              </button>
            </Form>
          </Needs>
          <Needs person={session.person} what="act">
            <Form action={action}>
              <PlanFields form={form} />
              <button type="submit" class="primary">Freeze the plan</button>
            </Form>
          </Needs>
        </>,
      );
    },
  );
}

function Chosen({ kinds }: { readonly kinds: readonly UnmappedKind[] }) {
  const waiting = kinds.filter(({ open }) => open > 0);
  const count = waiting.reduce((sum, { open }) => sum + open, 0);
  return (
    <section class="box" aria-label="Selection">
      <p>
        <strong>{counted(count, "webhook")}</strong>
      </p>
      <ul>
        {waiting.map(({ provider, account, type, family, open }) => (
          <li key={`${provider} ${account} ${type} ${family}`}>
            {thousands(open)} of <Data text={type} /> ({family}), sent to{" "}
            <Data text={provider} />, account <Data text={account} />
          </li>
        ))}
      </ul>
    </section>
  );
}
