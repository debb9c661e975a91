/**
 * What people did with dead letters and facts: the records of `events.desk.v1`. Whoever reads them from the first on knows
 * every plan, what of it was sent, and by whom.
 *
 * @module
 */
import { z } from "zod";
import { NonBlank, Rfc3339 } from "./fields.ts";

/** SHA-256 in lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Offsets in one partition of a topic, each as `[first, last]`, in order and apart. */
export const Offsets = z.object({
  partition: z.int().min(0),
  ranges: z.array(
    z.tuple([z.int().min(0), z.int().min(0)])
      .refine(
        ([first, last]) => first <= last,
        "must not end before it begins",
      ),
  ).min(1).meta({
    description:
      "Each the first and the last offset, the last not before the first. They are in order and apart.",
  }),
}).refine(
  ({ ranges }) =>
    ranges.every(([first], n) => first > (ranges[n - 1]?.[1] ?? -1)),
  "must be in order and apart",
);
export type Offsets = z.infer<typeof Offsets>;

/** Records that an action is about: dead letters, facts, or pointers to webhooks that no mapping knew. */
export const Records = z.object({
  topic: NonBlank,
  offsets: z.array(Offsets).min(1),
});
export type Records = z.infer<typeof Records>;

/** Why somebody does it, in their own words. */
const Reason = NonBlank.max(2_000);

const JobId = z.uuid();

const Count = z.int().min(0);

/** An amount of one currency, digit for digit. */
const AmountOf = z.object({ currency: z.string(), amount: z.string() });

/** An operation of RFC 6902. */
export const PatchOperation = z.looseObject({
  op: z.enum(["add", "remove", "replace", "move", "copy", "test"]),
  path: z.string().regex(/^(?:\/|$)/, "must be a JSON Pointer"),
});
export type PatchOperation = z.infer<typeof PatchOperation>;

/** How bodies are edited before they are sent. */
export const Edit = z.union([
  z.object({
    /** Of every selected record alike. */
    patch: z.array(PatchOperation).min(1).max(100),
  }),
  z.object({
    /** The one selected record's whole new body. */
    value_base64: z.base64().max(1_500_000),
  }),
]);
export type Edit = z.infer<typeof Edit>;

/** Why so many of a selection would fail, or did. */
export const ReasonCount = z.object({
  code: z.string(),
  message: z.string(),
  count: Count,
});
export type ReasonCount = z.infer<typeof ReasonCount>;

/** What can be explained: dead letters of a cause, refused webhooks of a cause, or an anomaly. */
export const explainable = ["letters", "refused", "anomaly"] as const;

/** What explains. `rules` is our own and asks nobody. */
export const explainers = ["rules", "openai-compatible", "bedrock"] as const;

/** How an explanation came about. */
export const explanationOutcomes = [
  "answered",
  /** The same was answered before: nobody was asked again. */
  "cached",
  /** The model's answer was not one that may be shown, and the rules answered. */
  "refused",
  /** The model did not answer, and the rules did. */
  "unavailable",
  /** The day's budget is used up, and the rules answered. */
  "over_budget",
] as const;

/** What an explanation is of. */
const explained = {
  /** Tells a call's two actions apart from those of other calls. */
  call: z.uuid(),
  of: z.enum(explainable),
  /** Of dead letters. */
  cause: Sha256.nullable(),
  /** Of what is explained, as far as it is the same thing tomorrow. */
  fingerprint: Sha256,
  /** Of all that was sent, but for the boundary, which is another each time. */
  prompt_sha256: Sha256,
  explainer: z.enum(explainers),
  model: z.string().nullable(),
};

/** How a job sends. */
export const JobOptions = z.object({
  /** Records a second; `null`: as fast as it goes. */
  rate: z.int().min(1).nullable(),
  /** It stops if a larger share of what was sent fails again: from 0 to 1. */
  stop_above: z.number().min(0).max(1),
  /** Sent though an earlier letter of the same payment and service is open and not selected. */
  out_of_order: z.boolean(),
});
export type JobOptions = z.infer<typeof JobOptions>;

/** What is done, and to what. */
const What = z.discriminatedUnion("kind", [
  z.object({
    /** A job's records, a part of them. Those of a plan come before it, in its transaction. */
    kind: z.literal("select"),
    job: JobId,
    records: Records,
  }),
  z.object({
    /** A job is made: what it is about is frozen from here on. */
    kind: z.literal("plan"),
    job: JobId,
    /** Dead letters, facts of a topic, or webhooks that no mapping knew, by their pointers. */
    of: z.enum(["letters", "facts", "unmapped"]),
    /** What was asked for, as the words of a filter. */
    filter: z.record(z.string(), z.string()),
    /** The service that facts and unmapped webhooks are replayed for; letters go back to those that failed. */
    replay_for: NonBlank.nullable(),
    count: Count,
    amounts: z.array(AmountOf),
    /** Of the selected positions: see `positionsHash`. */
    positions_sha256: Sha256,
    /** Of all that is approved: positions, edit and options. */
    plan_sha256: Sha256,
    options: JobOptions,
    /** Whether a second person has to approve it. */
    needs_approval: z.boolean(),
    reason: Reason.nullable(),
  }),
  z.object({
    /** A job's records have another body from now on; the originals stay as they are. */
    kind: z.literal("edit"),
    job: JobId,
    edit: Edit,
    reason: Reason.nullable(),
  }),
  z.object({
    /** What today's code would make of a job's records; nothing was sent. */
    kind: z.literal("dry_run"),
    job: JobId,
    would_pass: Count,
    /** Of unmapped webhooks: those that no mapping knows yet. */
    would_stay_unmapped: Count.optional(),
    would_fail: Count,
    reasons: z.array(ReasonCount),
    /** The version whose code it was. */
    version: z.string(),
  }),
  z.object({
    /** A second person lets a plan run, this one and no other. */
    kind: z.literal("approve"),
    job: JobId,
    plan_sha256: Sha256,
  }),
  z.object({
    kind: z.literal("control"),
    job: JobId,
    to: z.enum(["run", "pause", "stop"]),
    reason: Reason.nullable(),
  }),
  z.object({
    /** Records were put into a topic again, in the transaction of this action: a step of a job, or a part of one. */
    kind: z.literal("send"),
    job: JobId,
    /** What was sent again. */
    records: Records,
    /** Where to. */
    topic: NonBlank,
    /** The service that they are for; `null` if they are for all. */
    replay_for: NonBlank.nullable(),
  }),
  z.object({
    /** Records of a job that are not sent, as they were not open any more when their turn came. */
    kind: z.literal("pass_over"),
    job: JobId,
    records: Records,
  }),
  z.object({
    /** Every record of a job that was sent has its outcome. */
    kind: z.literal("finish"),
    job: JobId,
    outcomes: z.object({
      passed: Count,
      dead_again: Count,
      /** Of unmapped webhooks: those that no mapping knew again. */
      unmapped_again: Count.optional(),
      passed_over: Count,
      waiting: Count,
    }),
  }),
  z.object({ kind: z.literal("discard"), records: Records, reason: Reason }),
  z.object({ kind: z.literal("restore"), records: Records, reason: Reason }),
  z.object({
    /** They failed again too often: no bulk replay takes them. */
    kind: z.literal("quarantine"),
    records: Records,
    reason: Reason,
  }),
  z.object({
    /** Somebody has seen a cause. */
    kind: z.literal("acknowledge"),
    cause: Sha256,
    reason: Reason.nullable(),
  }),
  z.object({ kind: z.literal("note"), cause: Sha256, text: Reason }),
  z.object({
    /** Somebody was shown what is masked. */
    kind: z.literal("unmask"),
    records: Records,
  }),
  z.object({
    /** A model is about to be asked. What it may take at most is set aside of the day's budget. */
    kind: z.literal("explain"),
    ...explained,
    tokens: Count,
    /** In millionths of the unit that prices are in. */
    cost_micros: Count,
  }),
  z.object({
    /** Somebody was shown an explanation. It decides nothing: a person applies its patch, or does not. */
    kind: z.literal("explained"),
    ...explained,
    outcome: z.enum(explanationOutcomes),
    /** What it took, which stands in the place of what was set aside. */
    tokens: Count,
    cost_micros: Count,
    text: z.string().max(2_000),
    /** From 0 to 1, as whoever explained says. */
    confidence: z.number().min(0).max(1),
    patch: z.array(PatchOperation).max(20).nullable(),
    patch_by: z.enum(["rules", "model"]).nullable(),
    /** What today's code would make of the latest letters with the patch. */
    dry_run: z.object({ would_pass: Count, would_fail: Count }).nullable(),
    /** What else there is to know, such as why a proposed patch is not shown. */
    notes: z.array(z.string().max(500)).max(10),
  }),
]);

/** What a person had the desk do. Later kinds are further kinds. */
export const DeskAction = z.object({
  id: z.uuid(),
  at: Rfc3339,
  by: z.object({
    /** As the identity provider names them, or the name of a token; `dead-letter-desk` if it did so by itself. */
    subject: NonBlank,
    via: z.enum(["console", "api", "cli", "desk"]),
  }),
  what: What,
});
export type DeskAction = z.infer<typeof DeskAction>;
export type What = DeskAction["what"];
export type DeskActionKind = What["kind"];

/** The value of a record of `events.desk.v1`: each action names the one before. */
export const ChainedAction = z.object({
  chain: z.object({
    /** From 1, without a gap. */
    number: z.int().min(1),
    /** SHA-256 of the bytes of the record before; `null` for the first. */
    previous: Sha256.nullable(),
  }),
  action: DeskAction,
});
export type ChainedAction = z.infer<typeof ChainedAction>;
