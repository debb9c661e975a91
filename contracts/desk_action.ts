import { z } from "zod";
import { NonBlank, Rfc3339 } from "./fields.ts";

/** SHA-256 in lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Offsets of dead letters in one partition of their topic, each as `[first, last]`, in order and apart. */
export const Offsets = z.object({
  partition: z.int().min(0),
  ranges: z.array(
    z.tuple([z.int().min(0), z.int().min(0)])
      .refine(
        ([first, last]) => first <= last,
        "must not end before it begins",
      ),
  ).min(1),
}).refine(
  ({ ranges }) =>
    ranges.every(([first], n) => first > (ranges[n - 1]?.[1] ?? -1)),
  "must be in order and apart",
);
export type Offsets = z.infer<typeof Offsets>;

/** The dead letters that an action is about. */
const Letters = z.array(Offsets).min(1);

/** Why somebody does it, in their own words. */
const Reason = NonBlank.max(2_000);

const JobId = z.uuid();

/** What is done, and to what. */
const What = z.discriminatedUnion("kind", [
  z.object({
    /** Records were put into a topic again, in the transaction of this action: a step of a job, or a part of one. */
    kind: z.literal("send"),
    job: JobId,
    /** From 1: how often each of these letters has been sent, this time included. */
    nth: z.int().min(1),
    topic: NonBlank,
    /** The service that the records are for; `null` if they are for all. */
    replay_for: NonBlank.nullable(),
    letters: Letters,
  }),
  z.object({
    /** A letter's record has another body from now on; the letter stays as it is. */
    kind: z.literal("edit"),
    job: JobId,
    letters: Letters,
    /** RFC 6902, or `null` if each body was edited by hand. */
    patch: z.array(z.looseObject({ op: NonBlank, path: z.string() }))
      .nullable(),
    reason: Reason,
  }),
  z.object({ kind: z.literal("discard"), letters: Letters, reason: Reason }),
  z.object({ kind: z.literal("restore"), letters: Letters, reason: Reason }),
  z.object({
    /** They failed again too often: no bulk replay takes them. */
    kind: z.literal("quarantine"),
    letters: Letters,
    reason: Reason,
  }),
  z.object({
    /** A second person lets a plan run, this one and no other. */
    kind: z.literal("approve"),
    job: JobId,
    plan_sha256: Sha256,
  }),
  z.object({
    /** Somebody has seen a cause; `null` of both: of all. */
    kind: z.literal("acknowledge"),
    cause: Sha256,
    reason: Reason.nullable(),
  }),
  z.object({ kind: z.literal("note"), cause: Sha256, text: Reason }),
]);

/** What a person had the desk do: the value of a record of `events.desk.v1`. Later kinds are further kinds. */
export const DeskAction = z.object({
  id: z.uuid(),
  at: Rfc3339,
  by: z.object({
    /** As the identity provider names them, or `token` of the local token. */
    subject: NonBlank,
    via: z.enum(["console", "api", "cli"]),
  }),
  what: What,
});
export type DeskAction = z.infer<typeof DeskAction>;
export type DeskActionKind = DeskAction["what"]["kind"];
