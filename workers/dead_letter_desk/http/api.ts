import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { describeRoute, resolver } from "hono-openapi";
import { z } from "zod";
import { Edit, JobOptions } from "#contracts/desk_action.ts";
import { NonBlank, Rfc3339 } from "#contracts/fields.ts";
import { FatalError, TransientError } from "#runtime/errors.ts";
import type { Asker, Desk } from "../desk.ts";
import { actionsOf } from "../queries/actions.ts";
import { causesOf } from "../queries/causes.ts";
import { LetterFilter, LetterPlace } from "../queries/filter.ts";
import { jobsOf } from "../queries/jobs.ts";
import { letterView } from "../queries/letter.ts";
import { countLetters, lettersOf } from "../queries/letters.ts";
import { paymentJourney } from "../queries/payment.ts";
import { rejectedOf } from "../queries/rejected.ts";
import { DeskRefusal } from "../refusal.ts";
import type { DeskReads } from "../reads.ts";
import * as told from "./api_schemas.ts";

/** Whoever a request is from; found out before any route runs. */
export type Variables = { asker: Asker };

const Reason = NonBlank.max(2_000);

const PlanRequest = z.strictObject({
  filter: LetterFilter.default({}),
  edit: Edit.nullable().default(null),
  options: JobOptions.partial().default({}),
  reason: Reason.nullable().default(null),
});
const FactsRequest = z.strictObject({
  from: NonBlank,
  since: Rfc3339,
  until: Rfc3339,
  provider: NonBlank.optional(),
  for: NonBlank,
  options: JobOptions.partial().default({}),
  reason: Reason.nullable().default(null),
});
const DecideRequest = z.strictObject({ filter: LetterFilter, reason: Reason });
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * The desk's interface for programs, the command line among them. What it takes and gives is told by `/openapi.json`. Names are in
 * snake_case, and none is taken away.
 */
export function apiRoutes(
  { desk, reads }: { readonly desk: Desk; readonly reads: DeskReads },
): Hono<{ Variables: Variables }> {
  const { database, kafka, topics } = reads;
  const forLetters = { database, kafka, deadLetterTopic: topics.deadLetters };
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
      ),
      async (c) => c.json(await causesOf(database, filterIn(c))),
    )
    .post(
      "/causes/:cause/acknowledge",
      says("Says that somebody has seen a cause", told.Done),
      async (c) => {
        const { reason } = await bodyOf(
          c,
          z.strictObject({ reason: Reason.nullable().default(null) }),
        );
        await desk.acknowledge(param(c, "cause"), reason, c.get("asker"));
        return c.json({ done: true });
      },
    )
    .post(
      "/causes/:cause/note",
      says("Writes something down about a cause", told.Done),
      async (c) => {
        const { text } = await bodyOf(c, z.strictObject({ text: Reason }));
        await desk.note(param(c, "cause"), text, c.get("asker"));
        return c.json({ done: true });
      },
    )
    .get(
      "/letters",
      says(
        "Dead letters, the latest first; `after` is the `next` of the page before",
        told.LetterPage,
      ),
      async (c) => {
        const { after, limit, ...filter } = c.req.query();
        const page = read(
          z.object({
            after: LetterPlace.optional(),
            limit: z.coerce.number().int().min(1).max(500).default(50),
          }),
          { after, limit },
        );
        return c.json(
          await lettersOf(database, read(LetterFilter, filter), page),
        );
      },
    )
    .get(
      "/letters/count",
      says("How many dead letters a filter finds", told.Count),
      async (c) => {
        const { count, isAtLeast } = await countLetters(database, filterIn(c));
        return c.json({ count, is_at_least: isAtLeast });
      },
    )
    .get(
      "/letters/:partition/:offset",
      says("One dead letter, its body masked", told.Letter),
      async (c) =>
        c.json(await letterView(forLetters, letterIn(c), { unmask: false })),
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
        return c.json(await letterView(forLetters, letter, { unmask: true }));
      },
    )
    .post(
      "/dry-run",
      says(
        "What today's code would make of what a filter finds; nothing is sent",
        told.Forecast,
      ),
      async (c) => {
        const { filter } = await bodyOf(
          c,
          z.strictObject({ filter: LetterFilter }),
        );
        return c.json(await desk.forecast(filter, c.get("asker")));
      },
    )
    .get(
      "/jobs",
      says("Replay jobs, the latest first", told.Jobs),
      async (c) => {
        const { before } = read(
          z.strictObject({ before: z.coerce.number().int().optional() }),
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
      ),
      async (c) =>
        c.json(
          await desk.planFacts(await bodyOf(c, FactsRequest), c.get("asker")),
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
      says("Lets another person's plan run, the one with this hash", told.Job),
      async (c) => {
        const { plan_sha256 } = await bodyOf(
          c,
          z.strictObject({ plan_sha256: z.string() }),
        );
        return c.json(
          await desk.approve(param(c, "job"), plan_sha256, c.get("asker")),
        );
      },
    )
    .post(
      "/jobs/:job/run",
      says(
        "Sends a job's records, by steps of 1, 10, 100 and the rest",
        told.Job,
      ),
      async (c) =>
        c.json(await desk.control(param(c, "job"), "run", c.get("asker"))),
    )
    .post(
      "/jobs/:job/pause",
      says("Sends no more until it is run again", told.Job),
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
      says("Sends no more; what was sent stays sent", told.Job),
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
      says("Takes back what was discarded", told.Count),
      async (c) => {
        const { filter, reason } = await bodyOf(c, DecideRequest);
        return c.json(
          await desk.decide("restore", filter, reason, c.get("asker")),
        );
      },
    )
    .post(
      "/quarantine",
      says("Keeps dead letters out of bulk replays", told.Count),
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
          await paymentJourney({ database, kafka, topics }, param(c, "id")),
        ),
    )
    .get(
      "/rejected",
      says("Why webhooks were refused, the latest first", told.Rejected),
      async (c) => {
        const query = read(
          z.strictObject({
            provider: NonBlank.optional(),
            since: Rfc3339.optional(),
          }),
          c.req.query(),
        );
        return c.json(await rejectedOf(database, query));
      },
    )
    .get(
      "/actions",
      says("What was done at the desk, the latest first", told.Actions),
      async (c) => {
        const query = read(
          z.strictObject({
            before: z.coerce.number().int().optional(),
            job: z.uuid().optional(),
          }),
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
  return (await bodyOf(
    c,
    z.strictObject({ reason: Reason.nullable().default(null) }),
  )).reason;
}

/** Browsers send forms without asking; JSON they do not. An empty body is an empty object. */
async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
  const text = await c.req.text();
  if (text.trim() === "") return read(schema, {});
  if (!/^application\/json(?:;|$)/.test(c.req.header("Content-Type") ?? "")) {
    throw new DeskRefusal(422, "The body must be application/json.");
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new DeskRefusal(422, "The body is not JSON.");
  }
  return read(schema, json);
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".");
  throw new DeskRefusal(
    422,
    `${path ? `${path}: ` : ""}${issue?.message ?? "not as it must be"}.`,
  );
}

function says(summary: string, schema: z.ZodType) {
  return describeRoute({
    summary,
    tags: ["dead-letter desk"],
    security: [{ token: [] }],
    responses: {
      200: {
        description: "As said.",
        content: { "application/json": { schema: resolver(schema) } },
      },
      403: {
        description: "Your role does not allow it.",
        content: { "application/json": { schema: resolver(told.Refused) } },
      },
      404: {
        description: "There is no such thing.",
        content: { "application/json": { schema: resolver(told.Refused) } },
      },
      409: {
        description: "Not as things stand.",
        content: { "application/json": { schema: resolver(told.Refused) } },
      },
      422: {
        description: "It is not asked for as it must be.",
        content: { "application/json": { schema: resolver(told.Refused) } },
      },
      503: {
        description: "Kafka, the database or a service is away.",
        content: { "application/json": { schema: resolver(told.Refused) } },
      },
    },
  });
}
