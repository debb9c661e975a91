/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { LetterPlace } from "../../../queries/filter.ts";
import { jobOf } from "../../../queries/jobs.ts";
import { lettersOf } from "../../../queries/letters.ts";
import { paymentJourney } from "../../../queries/payment.ts";
import type { ConsoleDeps, ConsoleEnv } from "../../console_env.ts";
import { Data, Empty } from "../../parts/data.tsx";
import { Journey } from "../../parts/journey.tsx";
import { page } from "../../parts/page.tsx";

/** One payment's life, and the search that leads to it. */
export function paymentRoutes({ reads }: ConsoleDeps): Hono<ConsoleEnv> {
  const { database } = reads;
  return new Hono<ConsoleEnv>()
    .get("/payments/:id", async (c) => {
      const id = c.req.param("id");
      const steps = await paymentJourney(reads, id);
      return page(
        c,
        { title: `Payment ${id}`, command: ["payment", id] },
        <>
          <div class="head">
            <h1>
              Payment <Data text={id} />
            </h1>
            <a href={`/dead-letters/records?id=${encodeURIComponent(id)}`}>
              Its dead letters
            </a>
          </div>
          <section class="box" aria-label="Its life, in order">
            <Journey steps={steps} />
          </section>
        </>,
      );
    })
    .get("/search", async (c) => {
      const asked = c.req.query("q")?.trim() ?? "";
      const path = asked === "" ? "/" : await pathOf(reads, asked);
      if (path !== undefined) return c.redirect(path, 303);
      return page(
        c,
        {
          title: "Not found",
          command: ["list", "--filter", `id=${asked}`],
          status: 404,
        },
        <>
          <h1>Nothing is found</h1>
          <div class="box flush">
            <Empty>
              No payment, event, order, record or job is{" "}
              <Data text={asked} />. Ids are found whole, as they are.
            </Empty>
          </div>
        </>,
      );
    });

  async function pathOf(
    { topics }: typeof reads,
    asked: string,
  ): Promise<string | undefined> {
    const place = /(\d+\/\d+)$/.exec(asked)?.[1];
    if (
      place !== undefined && LetterPlace.safeParse(place).success &&
      [place, `${topics.deadLetters}/${place}`].includes(asked)
    ) return `/dead-letters/${place}`;
    const { letters } = await lettersOf(database, { id: asked }, { limit: 2 });
    const [first, another] = letters;
    const payment = `/payments/${encodeURIComponent(asked)}`;
    if (first?.payment_id === asked) return payment;
    if (another !== undefined) {
      return `/dead-letters/records?id=${encodeURIComponent(asked)}`;
    }
    if (first !== undefined) return `/dead-letters/${first.letter}`;
    if (await jobOf(database, asked) !== undefined) return `/replays/${asked}`;
    const steps = await paymentJourney(reads, asked);
    return steps.length === 0 ? undefined : payment;
  }
}
