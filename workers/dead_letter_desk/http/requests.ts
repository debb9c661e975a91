/**
 * What the API is asked.
 *
 * @module
 */
import type { Context } from "hono";
import { z } from "zod";
import { Edit, JobOptions } from "#contracts/desk_action.ts";
import { NonBlank, Rfc3339 } from "#contracts/fields.ts";
import { MISSING, plainIssue } from "#contracts/plain_issue.ts";
import { LetterFilter, LetterPlace } from "../queries/filter.ts";
import { UnmappedFilter } from "../queries/unmapped.ts";
import { DeskRefusal } from "../refusal.ts";

const Reason = NonBlank.max(2_000);

export const PlanRequest = z.strictObject({
  filter: LetterFilter.default({}),
  edit: Edit.nullable().default(null),
  options: JobOptions.partial().default({}),
  reason: Reason.nullable().default(null),
});
export const FactsRequest = z.strictObject({
  from: NonBlank,
  since: Rfc3339,
  until: Rfc3339,
  provider: NonBlank.optional(),
  for: NonBlank,
  options: JobOptions.partial().default({}),
  reason: Reason.nullable().default(null),
});
export const UnmappedRequest = z.strictObject({
  filter: UnmappedFilter.default({}),
  options: JobOptions.partial().default({}),
  reason: Reason.nullable().default(null),
});
export const UnmappedForecastRequest = z.strictObject({
  filter: UnmappedFilter.default({}),
});
export const DecideRequest = z.strictObject({
  filter: LetterFilter,
  reason: Reason,
});

export const ReasonRequest = z.strictObject({
  reason: Reason.nullable().default(null),
});
export const NoteRequest = z.strictObject({ text: Reason });
export const ApproveRequest = z.strictObject({ plan_sha256: z.string() });
export const ForecastRequest = z.strictObject({ filter: LetterFilter });

export const ExplainRefusedRequest = z.strictObject({
  provider: NonBlank.optional(),
  account: NonBlank.optional(),
  cause: NonBlank,
});

export const PageQuery = z.object({
  after: LetterPlace.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export const JobsQuery = z.strictObject({
  before: z.coerce.number().int().optional(),
});
export const ActionsQuery = z.strictObject({
  before: z.coerce.number().int().optional(),
  job: z.uuid().optional(),
});
export const RejectedQuery = z.strictObject({
  provider: NonBlank.optional(),
  account: NonBlank.optional(),
  since: Rfc3339.optional(),
});

/** Browsers send forms without asking; JSON they do not. An empty body is an empty object. */
export async function bodyOf<T>(c: Context, schema: z.ZodType<T>): Promise<T> {
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

export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new DeskRefusal(
    422,
    issue === undefined ? NOT_AS_IT_MUST_BE : sentenceOf(issue),
  );
}

const NOT_AS_IT_MUST_BE = "The request is not as it must be.";

function sentenceOf(issue: z.core.$ZodIssue): string {
  const [place, message] = [issue.path.join("."), plainIssue(issue)];
  if (place === "") return `${message}.`;
  return `${place}${message === MISSING ? "" : ":"} ${message}.`;
}
