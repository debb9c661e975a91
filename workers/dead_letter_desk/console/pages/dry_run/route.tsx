/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import type { Person } from "../../../http/tokens.ts";
import type { Forecast } from "../../../jobs/forecast.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { may } from "../../may.ts";
import { Form } from "../../parts/csrf.tsx";
import { filterOptions, queryOf } from "../../parts/filter_words.ts";
import { Needs } from "../../parts/needs.tsx";
import { page } from "../../parts/page.tsx";
import { type Chosen, ChosenBox, chosenBy } from "../../parts/selection.tsx";
import { ForecastBox } from "./view.tsx";

export function dryRunRoutes({ desk, reads }: ConsoleDeps): Hono<ConsoleEnv> {
  return new Hono<ConsoleEnv>().on(
    ["GET", "POST"],
    "/dead-letters/dry-run",
    async (c) => {
      const chosen = await chosenBy(reads.database, c.req.url, "open");
      const forecast = c.req.method === "POST"
        ? await desk.forecast(chosen.filter, c.var.asker)
        : undefined;
      return page(
        c,
        {
          title: "Dry run",
          section: "/dead-letters",
          command: ["dry-run", ...filterOptions(chosen.filter)],
        },
        <DryRun
          chosen={chosen}
          forecast={forecast}
          person={c.var.session.person}
        />,
      );
    },
  );
}

function DryRun({ chosen, forecast, person }: {
  readonly chosen: Chosen;
  readonly forecast: Forecast | undefined;
  readonly person: Person;
}) {
  const query = queryOf(chosen.filter);
  return (
    <>
      <h1>Dry run</h1>
      <ChosenBox chosen={chosen} />
      {forecast === undefined
        ? (
          <Needs person={person} what="dryRun">
            <Form action={`/dead-letters/dry-run${query}`}>
              <p>
                Today's code of the service that failed judges these records.
                Nothing is sent, nothing is stored.
              </p>
              <button type="submit" class="primary">Dry run</button>
            </Form>
          </Needs>
        )
        : (
          <>
            <ForecastBox forecast={forecast} />
            {may(person, "act")
              ? (
                <p class="buttons">
                  <a
                    class="button primary"
                    href={`/dead-letters/replay${query}`}
                  >
                    Plan a replay
                  </a>
                  <a class="button" href={`/dead-letters/edit${query}`}>
                    Edit first
                  </a>
                </p>
              )
              : null}
          </>
        )}
    </>
  );
}
