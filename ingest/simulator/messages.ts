/**
 * What `/authorize` is asked and what it answers.
 *
 * @module
 */
import { z } from "zod";
import { Amount } from "#contracts/fields.ts";
import { NonBlank } from "#contracts/fields.ts";
import { corruptionModes } from "./corruption.ts";

export const AuthorizeRequest = z.strictObject({
  payment_id: NonBlank.meta({ examples: ["pay_1"] }),
  order_id: NonBlank.meta({ examples: ["ord_1"] }),
  amount: Amount.meta({
    description: "in units of the currency, not in cents",
    examples: [49.9],
  }),
  currency: z.string().regex(/^[A-Z]{3}$/, "must be three upper-case letters")
    .meta({ examples: ["USD"] }),
  force_duplicate: z.boolean().optional().meta({
    description: "send the same event a second time",
    examples: [false],
  }),
  force_corruption: z.boolean().optional().meta({
    description: "break one field of the event, at random",
    examples: [false],
  }),
}).meta({ id: "AuthorizeRequest" });
export type AuthorizeRequest = z.infer<typeof AuthorizeRequest>;

/** Status of the last answer; `null` if there was none. */
const LastStatus = z.int().min(100).max(599).nullable()
  .meta({ description: "null if there was no answer", examples: [202] });

const DeliveryReport = z.object({
  ok: z.boolean(),
  attempts: z.int().min(1),
  status_code: LastStatus,
  message: z.string(),
}).meta({ id: "DeliveryReport" });

export const AuthorizeAccepted = z.object({
  status: z.literal("accepted"),
  event_id: z.string(),
  corrupted: z.boolean(),
  corruption_mode: z.enum(corruptionModes).nullable(),
  primary_delivery: DeliveryReport,
  duplicate_sent: z.boolean(),
  duplicate_delivery: DeliveryReport.nullable(),
}).meta({ id: "AuthorizeAccepted" });
export type AuthorizeAccepted = z.infer<typeof AuthorizeAccepted>;

export const DeliveryFailed = z.object({
  detail: z.object({
    status: z.literal("delivery_failed"),
    event_id: z.string(),
    attempts: z.int().min(1),
    webhook_url: z.string(),
    last_status_code: LastStatus,
    last_error: z.string(),
  }),
}).meta({ id: "DeliveryFailed" });
export type DeliveryFailed = z.infer<typeof DeliveryFailed>;

/** Why a request is refused before it is looked at. */
export const Refused = z.object({ detail: z.string() }).meta({ id: "Refused" });

/** Every reason why a request is refused, with where it is: `["body", "amount"]`. */
export const RequestRefused = z.object({
  detail: z.array(z.object({
    loc: z.array(z.union([z.string(), z.int().min(0)]))
      .meta({ examples: [["body", "amount"]] }),
    msg: z.string(),
    type: z.string(),
  })),
}).meta({ id: "RequestRefused" });
export type RequestRefused = z.infer<typeof RequestRefused>;

export type RequestParsed =
  | { readonly ok: true; readonly request: AuthorizeRequest }
  | { readonly ok: false; readonly refused: RequestRefused };

/** Reads the text of a request. Never throws. */
export function parseAuthorizeRequest(text: string): RequestParsed {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return refuse([{
      path: [],
      message: "must be JSON",
      code: "json_invalid",
    }]);
  }
  const parsed = AuthorizeRequest.safeParse(json);
  if (parsed.success) return { ok: true, request: parsed.data };
  return refuse(
    parsed.error.issues.flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({
          path: [...issue.path, key],
          message: "is not a known key",
          code: "extra_forbidden",
        }))
        : [issue]
    ),
  );
}

function refuse(
  issues: readonly {
    path: readonly PropertyKey[];
    message: string;
    code: string;
  }[],
): RequestParsed {
  const detail = issues.map(({ path, message, code }) => ({
    loc: [
      "body",
      ...path.map((key) => typeof key === "number" ? key : String(key)),
    ],
    msg: message,
    type: code,
  }));
  return { ok: false, refused: { detail } };
}
