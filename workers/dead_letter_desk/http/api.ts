import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { FatalError, TransientError } from "#runtime/errors.ts";
import type { Asker, Desk } from "../desk.ts";
import { actionsOf } from "../queries/actions.ts";
import { anomaliesOf, AnomalyFilter, anomalyOf } from "../queries/anomalies.ts";
import { causesOf } from "../queries/causes.ts";
import { LetterFilter } from "../queries/filter.ts";
import { jobsOf } from "../queries/jobs.ts";
import { letterView } from "../queries/letter.ts";
import { countLetters, lettersOf } from "../queries/letters.ts";
import { paymentJourney } from "../queries/payment.ts";
import { rejectedOf } from "../queries/rejected.ts";
import { UnmappedFilter, unmappedOf } from "../queries/unmapped.ts";
import { DeskRefusal } from "../refusal.ts";
import type { DeskReads } from "../reads.ts";
import * as told from "./api_schemas.ts";
import { says } from "./describe.ts";
import {
  ActionsQuery,
  ApproveRequest,
  bodyOf,
  DecideRequest,
  ExplainRefusedRequest,
  FactsRequest,
  ForecastRequest,
  JobsQuery,
  NoteRequest,
  PageQuery,
  PlanRequest,
  read,
  ReasonRequest,
  RejectedQuery,
  UnmappedForecastRequest,
  UnmappedRequest,
} from "./requests.ts";

/** Whoever a request is from; found out before any route runs. */
export type Variables = { asker: Asker };

const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * The desk's interface for programs, the command line among them. What it takes and gives is told by `/openapi.json`. Names are in
 * snake_case, and none is taken away.
 */
export function apiRoutes(
  { desk, reads }: { readonly desk: Desk; readonly reads: DeskReads },
): Hono<{ Variables: Variables }> {
  const { database, topics } = reads;
  return new Hono<{ Variables: Variables }>()
    .use(bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) =>
        c.json({
          detail: `A request may have ${MAX_BODY_BYTES} bytes at most.`,
        }, 413),
    }))
    .get("/whoami", says("Who you are here", told.Whoami), (c) => {
      const { subject, role } = c.get("asker");
      return c.json({ subject, role });
    })
    .get(
      "/causes",
      says(
        "Causes with dead letters in a state, open ones by itself, the largest first",
        told.Causes,
        { query: LetterFilter },
      ),
      async (c) => c.json(await causesOf(database, filterIn(c))),
    )
    .post(
      "/causes/:cause/acknowledge",
      says("Says that somebody has seen a cause", told.Done, {
        body: ReasonRequest,
      }),
      async (c) => {
        const { reason } = await bodyOf(c, ReasonRequest);
        await desk.acknowledge(param(c, "cause"), reason, c.get("asker"));
        return c.json({ done: true });
      },
    )
    .post(
      "/causes/:cause/note",
      says("Writes something down about a cause", told.Done, {
        body: NoteRequest,
      }),
      async (c) => {
        const { text } = await bodyOf(c, NoteRequest);
        await desk.note(param(c, "cause"), text, c.get("asker"));
        return c.json({ done: true });
      },
    )
    .post(
      "/causes/:cause/explain",
      says(
        "Why letters of a cause failed, in plain words, and a patch if one is sure; nothing is changed",
        told.Explained,
      ),
      async (c) =>
        c.json(await desk.explain(param(c, "cause"), c.get("asker"))),
    )
    .get(
      "/letters",
      says(
        "Dead letters, the latest first; `after` is the `next` of the page before",
        told.LetterPage,
        { query: LetterFilter.extend(PageQuery.shape) },
      ),
      async (c) => {
        const { after, limit, ...filter } = c.req.query();
        const page = read(
          PageQuery,
          { after, limit },
        );
        return c.json(
          await lettersOf(database, read(LetterFilter, filter), page),
        );
      },
    )
    .get(
      "/letters/count",
      says("How many dead letters a filter finds", told.Count, {
        query: LetterFilter,
      }),
      async (c) => {
        const { count, isAtLeast } = await countLetters(database, filterIn(c));
        return c.json({ count, is_at_least: isAtLeast });
      },
    )
    .get(
      "/letters/:partition/:offset",
      says("One dead letter, its body masked", told.Letter),
      async (c) =>
        c.json(await letterView(reads, letterIn(c), { unmask: false })),
    )
    .post(
      "/letters/:partition/:offset/unmask",
      says(
        "One dead letter with its body as it is; that you saw it is written down",
        told.Letter,
      ),
      async (c) => {
        const letter = letterIn(c);
        const [partition = 0, offset = 0] = letter.split("/").map(Number);
        await desk.unmask({
          topic: topics.deadLetters,
          offsets: [{ partition, ranges: [[offset, offset]] }],
        }, c.get("asker"));
        return c.json(await letterView(reads, letter, { unmask: true }));
      },
    )
    .post(
      "/dry-run",
      says(
        "What today's code would make of what a filter finds; nothing is sent",
        told.Forecast,
        { body: ForecastRequest },
      ),
      async (c) => {
        const { filter } = await bodyOf(c, ForecastRequest);
        return c.json(await desk.forecast(filter, c.get("asker")));
      },
    )
    .get(
      "/jobs",
      says("Replay jobs, the latest first", told.Jobs, { query: JobsQuery }),
      async (c) => {
        const { before } = read(
          JobsQuery,
          c.req.query(),
        );
        return c.json(await jobsOf(database, { before }));
      },
    )
    .post(
      "/jobs",
      says(
        "Freezes what a filter finds as a job: nothing is sent until it is run",
        told.Job,
        { body: PlanRequest, status: 201 },
      ),
      async (c) =>
        c.json(
          await desk.plan(await bodyOf(c, PlanRequest), c.get("asker")),
          201,
        ),
    )
    .post(
      "/jobs/facts",
      says(
        "Freezes records of a topic, from a time to a time, as a job for one service",
        told.Job,
        { body: FactsRequest, status: 201 },
      ),
      async (c) =>
        c.json(
          await desk.planFacts(await bodyOf(c, FactsRequest), c.get("asker")),
          201,
        ),
    )
    .post(
      "/jobs/unmapped",
      says(
        "Freezes webhooks that no mapping knew as a job: the validator gets their raw records again",
        told.Job,
        { body: UnmappedRequest, status: 201 },
      ),
      async (c) =>
        c.json(
          await desk.planUnmapped(
            await bodyOf(c, UnmappedRequest),
            c.get("asker"),
          ),
          201,
        ),
    )
    .get(
      "/jobs/:job",
      says("A job: its plan, how far it is, and what came of it", told.Job),
      async (c) => c.json(await desk.job(param(c, "job"))),
    )
    .post(
      "/jobs/:job/dry-run",
      says(
        "What today's code would make of a job's records, edited as it says; nothing is sent",
        told.Forecast,
      ),
      async (c) => c.json(await desk.dryRun(param(c, "job"), c.get("asker"))),
    )
    .post(
      "/jobs/:job/approve",
      says("Lets another person's plan run, the one with this hash", told.Job, {
        body: ApproveRequest,
      }),
      async (c) => {
        const { plan_sha256 } = await bodyOf(c, ApproveRequest);
        return c.json(
          await desk.approve(param(c, "job"), plan_sha256, c.get("asker")),
        );
      },
    )
    .post(
      "/jobs/:job/run",
      says(
        "Sends a job's records, by steps of 1, 10, 100, 1,000 and the rest",
        told.Job,
      ),
      async (c) =>
        c.json(await desk.control(param(c, "job"), "run", c.get("asker"))),
    )
    .post(
      "/jobs/:job/pause",
      says("Sends no more until it is run again", told.Job, {
        body: ReasonRequest,
      }),
      async (c) =>
        c.json(
          await desk.control(
            param(c, "job"),
            "pause",
            c.get("asker"),
            await reasonIn(c),
          ),
        ),
    )
    .post(
      "/jobs/:job/stop",
      says("Sends no more; what was sent stays sent", told.Job, {
        body: ReasonRequest,
      }),
      async (c) =>
        c.json(
          await desk.control(
            param(c, "job"),
            "stop",
            c.get("asker"),
            await reasonIn(c),
          ),
        ),
    )
    .post(
      "/discard",
      says(
        "Puts dead letters aside, with a reason; restore takes them back",
        told.Count,
        { body: DecideRequest },
      ),
      async (c) => {
        const { filter, reason } = await bodyOf(c, DecideRequest);
        return c.json(
          await desk.decide("discard", filter, reason, c.get("asker")),
        );
      },
    )
    .post(
      "/restore",
      says("Takes back what was discarded", told.Count, {
        body: DecideRequest,
      }),
      async (c) => {
        const { filter, reason } = await bodyOf(c, DecideRequest);
        return c.json(
          await desk.decide("restore", filter, reason, c.get("asker")),
        );
      },
    )
    .post(
      "/quarantine",
      says("Keeps dead letters out of bulk replays", told.Count, {
        body: DecideRequest,
      }),
      async (c) => {
        const { filter, reason } = await bodyOf(c, DecideRequest);
        return c.json(
          await desk.decide("quarantine", filter, reason, c.get("asker")),
        );
      },
    )
    .get(
      "/payments/:id",
      says(
        "What is known of a payment, from its webhooks to its rows, in order",
        told.Journey,
      ),
      async (c) =>
        c.json(
          await paymentJourney(reads, param(c, "id")),
        ),
    )
    .get(
      "/unmapped",
      says(
        "Webhooks that no mapping knew, by provider, account and type; those of which most wait first",
        told.Unmapped,
        { query: UnmappedFilter },
      ),
      async (c) =>
        c.json(
          await unmappedOf(database, read(UnmappedFilter, c.req.query())),
        ),
    )
    .post(
      "/unmapped/dry-run",
      says(
        "What today's mappings would make of webhooks that none knew; nothing is sent",
        told.Forecast,
        { body: UnmappedForecastRequest },
      ),
      async (c) => {
        const { filter } = await bodyOf(c, UnmappedForecastRequest);
        return c.json(await desk.forecastUnmapped(filter, c.get("asker")));
      },
    )
    .get(
      "/rejected",
      says("Why webhooks were refused, the latest first", told.Rejected, {
        query: RejectedQuery,
      }),
      async (c) => {
        const query = read(
          RejectedQuery,
          c.req.query(),
        );
        return c.json(await rejectedOf(database, query));
      },
    )
    .post(
      "/rejected/explain",
      says("Why webhooks were refused, in plain words", told.Explained, {
        body: ExplainRefusedRequest,
      }),
      async (c) =>
        c.json(
          await desk.explainRefused(
            await bodyOf(c, ExplainRefusedRequest),
            c.get("asker"),
          ),
        ),
    )
    .get(
      "/anomalies",
      says(
        "What was out of the usual in the flow of payments: open anomalies first, of each the latest first",
        told.Anomalies,
        { query: AnomalyFilter },
      ),
      async (c) =>
        c.json(
          await anomaliesOf(database, read(AnomalyFilter, c.req.query())),
        ),
    )
    .get(
      "/anomalies/:id",
      says("One anomaly, as it was told last", told.Anomaly),
      async (c) => c.json(await anomalyOf(database, param(c, "id"))),
    )
    .post(
      "/anomalies/:id/explain",
      says(
        "What an anomaly may come of, in plain words",
        told.Explained,
      ),
      async (c) =>
        c.json(await desk.explainAnomaly(param(c, "id"), c.get("asker"))),
    )
    .get(
      "/actions",
      says("What was done at the desk, the latest first", told.Actions, {
        query: ActionsQuery,
      }),
      async (c) => {
        const query = read(
          ActionsQuery,
          c.req.query(),
        );
        return c.json(await actionsOf(database, query));
      },
    )
    .onError((error, c) => answerTo(error, c));
}

/** The status and the sentence of what went wrong. */
export function answerTo(error: unknown, c: Context): Response {
  if (error instanceof DeskRefusal) {
    return c.json({ detail: error.message }, error.status);
  }
  if (error instanceof TransientError) {
    return c.json(
      {
        detail:
          `${error.message}: try again. What you asked for may have been done.`,
      },
      503,
      { "Retry-After": "2" },
    );
  }
  // Such as a log of actions that is not as it was written: whoever asks has to know.
  if (error instanceof FatalError) {
    return c.json({ detail: `${error.message}.` }, 500);
  }
  throw error;
}

function filterIn(c: Context): LetterFilter {
  return read(LetterFilter, c.req.query());
}

function letterIn(c: Context): string {
  return `${param(c, "partition")}/${param(c, "offset")}`;
}

function param(c: Context, name: string): string {
  return c.req.param(name) ?? "";
}

async function reasonIn(c: Context): Promise<string | null> {
  return (await bodyOf(c, ReasonRequest)).reason;
}
