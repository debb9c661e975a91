/** @jsxImportSource hono/jsx */
import { Hono } from "hono";
import { countLetters } from "../../../queries/letters.ts";
import { letterView } from "../../../queries/letter.ts";
import { paymentJourney } from "../../../queries/payment.ts";
import type {
  ConsoleContext,
  ConsoleDeps,
  ConsoleEnv,
} from "../../console_env.ts";
import { page } from "../../parts/page.tsx";
import { Record } from "./view.tsx";

export const RECORD = "/dead-letters/:partition{[0-9]+}/:offset{[0-9]+}";

/** What an address says of a record's place. */
export function placeIn(c: ConsoleContext) {
  const [partition = 0, offset = 0] = ["partition", "offset"]
    .map((name) => Number(c.req.param(name)));
  return { partition, offset, letter: `${partition}/${offset}` };
}

/** One dead letter; as it is, if somebody asks for that and may. */
export function recordRoutes(
  { desk, reads, traceUrl, grafanaUrl }: ConsoleDeps,
): Hono<ConsoleEnv> {
  const { database, topics } = reads;
  const show = async (c: ConsoleContext, unmask: boolean) => {
    const { letter } = placeIn(c);
    const its = await letterView(
      reads,
      letter,
      { unmask },
    );
    const { payment_id: id } = its;
    const [journey, neighbours] = id === null
      ? [[], { count: 0, isAtLeast: false }]
      : await Promise.all([
        paymentJourney(reads, id),
        countLetters(database, { id, state: "open" }),
      ]);
    return await page(
      c,
      {
        title: `Record ${letter}`,
        section: "/dead-letters",
        command: ["show", letter],
      },
      <Record
        letter={its}
        journey={journey}
        neighbours={neighbours}
        topic={topics.deadLetters}
        person={c.var.session.person}
        traceUrl={traceUrl}
        grafanaUrl={grafanaUrl}
      />,
    );
  };
  return new Hono<ConsoleEnv>()
    .get(RECORD, (c) => show(c, false))
    .post(RECORD, async (c) => {
      const { partition, offset } = placeIn(c);
      await desk.unmask({
        topic: topics.deadLetters,
        offsets: [{ partition, ranges: [[offset, offset]] }],
      }, c.var.asker);
      return await show(c, true);
    });
}
