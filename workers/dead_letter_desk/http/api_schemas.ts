/**
 * What the API answers, for its description. Answers themselves are made by typed functions.
 *
 * @module
 */
import { z } from "zod";
import {
  explainable,
  explainers,
  explanationOutcomes,
  JobOptions,
  PatchOperation,
  ReasonCount,
} from "#contracts/desk_action.ts";
import { Anomaly as ToldAnomaly } from "#contracts/anomaly.ts";
import { letterStates } from "../queries/filter.ts";

const Amount = z.object({ currency: z.string(), amount: z.string() });
const Count0 = z.int();
const At = z.iso.datetime();

export const Refused = z.object({ detail: z.string() }).meta({
  id: "DeskRefused",
});
export const Done = z.object({ done: z.literal(true) });
export const Whoami = z.object({ subject: z.string(), role: z.string() });
export const Count = z.object({
  count: Count0,
  is_at_least: z.boolean().optional(),
});

export const Causes = z.array(z.object({
  cause: z.string(),
  service: z.string(),
  code: z.string(),
  provider: z.string().nullable(),
  paths: z.array(z.string()),
  message: z.string(),
  count: Count0,
  first_seen: At,
  last_seen: At,
  amounts: z.array(Amount),
  states: z.record(z.string(), Count0),
  hours: z.array(Count0),
  acknowledged_by: z.string().nullable(),
  note: z.string().nullable(),
})).meta({ id: "Causes" });

const Summary = z.object({
  letter: z.string(),
  cause: z.string(),
  service: z.string(),
  code: z.string(),
  provider: z.string().nullable(),
  account: z.string().nullable(),
  event_type: z.string().nullable(),
  item: Count0.nullable(),
  items: Count0.nullable(),
  message: z.string(),
  state: z.enum(letterStates),
  failed_at: At,
  source: z.string(),
  origin: z.string(),
  replay_of: z.string().nullable(),
  replay_job: z.string().nullable(),
  replay_nth: Count0,
  event_id: z.string().nullable(),
  payment_id: z.string().nullable(),
  amount: z.string().nullable(),
  currency: z.string().nullable(),
  attempts: Count0,
  bytes: Count0,
});
export const LetterPage = z.object({
  letters: z.array(Summary),
  next: z.string().nullable(),
}).meta({ id: "LetterPage" });

export const Letter = Summary.extend({
  error_message: z.string(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })),
  key: z.string().nullable(),
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  body: z.object({ text: z.string(), is_masked: z.boolean(), bytes: Count0 })
    .nullable(),
  trace_id: z.string().nullable(),
  received_at: At.nullable(),
  edited_by_job: z.string().nullable(),
  unsigned: z.array(z.string()),
}).meta({ id: "Letter" });

export const Forecast = z.object({
  selected: Count0,
  would_pass: Count0,
  would_stay_unmapped: Count0,
  would_fail: Count0,
  reasons: z.array(ReasonCount),
}).meta({ id: "Forecast" });

export const Explained = z.object({
  call: z.uuid(),
  of: z.enum(explainable),
  cause: z.string().nullable(),
  fingerprint: z.string(),
  prompt_sha256: z.string(),
  explainer: z.enum(explainers),
  model: z.string().nullable(),
  outcome: z.enum(explanationOutcomes),
  tokens: Count0,
  cost_micros: Count0,
  text: z.string(),
  confidence: z.number().min(0).max(1),
  patch: z.array(PatchOperation).nullable(),
  patch_by: z.enum(["rules", "model"]).nullable(),
  dry_run: z.object({ would_pass: Count0, would_fail: Count0 }).nullable(),
  notes: z.array(z.string()),
}).meta({ id: "Explained" });

export const Job = z.object({
  job: z.uuid(),
  state: z.enum([
    "planned",
    "approved",
    "running",
    "paused",
    "stopped",
    "done",
  ]),
  of: z.enum(["letters", "facts", "unmapped"]),
  topic: z.string(),
  filter: z.record(z.string(), z.string()),
  replay_for: z.string().nullable(),
  selected: Count0,
  sent: Count0,
  outcomes: z.object({
    passed: Count0,
    dead_again: Count0,
    unmapped_again: Count0,
    passed_over: Count0,
    waiting: Count0,
  }),
  amounts: z.array(Amount),
  positions_sha256: z.string(),
  plan_sha256: z.string(),
  options: JobOptions,
  needs_approval: z.boolean(),
  reason: z.string().nullable(),
  planned_at: At,
  planned_by: z.string(),
  approved_at: At.nullable(),
  approved_by: z.string().nullable(),
  started_at: At.nullable(),
  finished_at: At.nullable(),
  why: z.string().nullable(),
}).meta({ id: "Job" });
export const Jobs = z.array(Job).meta({ id: "Jobs" });

export const Journey = z.array(z.object({
  at: At,
  kind: z.enum([
    "received",
    "validated",
    "dead_letter",
    "unmapped",
    "sent_again",
    "row",
    "superseded",
  ]),
  where: z.string(),
  event_id: z.string().nullable(),
  what: z.string(),
  of: z.string().nullable(),
})).meta({ id: "Journey" });

export const Actions = z.array(z.object({
  number: Count0,
  id: z.uuid(),
  at: At,
  subject: z.string(),
  via: z.string(),
  kind: z.string(),
  job: z.uuid().nullable(),
  cause: z.string().nullable(),
  what: z.unknown(),
})).meta({ id: "Actions" });

export const Unmapped = z.array(z.object({
  provider: z.string(),
  account: z.string(),
  type: z.string(),
  family: z.string(),
  first_seen: At,
  last_seen: At,
  open: Count0,
  sent: Count0,
  mapped: Count0,
  unmapped_again: Count0,
  dead: Count0,
  gone: Count0,
})).meta({ id: "Unmapped" });

export const Rejected = z.array(z.object({
  provider: z.string(),
  account: z.string(),
  cause: z.string(),
  detail: z.string(),
  says: z.string(),
  refusals: Count0,
  first_seen: At,
  last_seen: At,
  sample: z.unknown(),
})).meta({ id: "Rejected" });

export const Anomaly = ToldAnomaly.meta({ id: "Anomaly" });
export const Anomalies = z.array(Anomaly).meta({ id: "Anomalies" });
