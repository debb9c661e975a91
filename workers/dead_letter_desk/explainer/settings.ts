import { z } from "zod";
import { explainers } from "#contracts/desk_action.ts";
import {
  choice,
  integer,
  number,
  optional,
  type Relation,
  secret,
  type Setting,
  text,
} from "#runtime/config.ts";
import { isLoopback } from "#runtime/development.ts";

/** Who explains, and what it may take. With none of them set nothing leaves the desk. */
export const explainerSettings = {
  explainer: choice("EVENTFLOW_EXPLAINER", {
    values: explainers,
    fallback: "rules",
    doc:
      "who explains clusters of dead letters, refused webhooks and anomalies at the desk: rules asks nobody; see docs/ai.md",
  }),
  explainerUrl: optional(
    {
      env: "EVENTFLOW_EXPLAINER_URL",
      doc:
        "of openai-compatible: the whole address of chat completions, such as https://host/v1/chat/completions",
      schema: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" })
        .refine(
          isWithoutLogin,
          "must have no user and password in it: EVENTFLOW_EXPLAINER_KEY is for secrets",
        ),
      isRefused: true,
    } satisfies Setting<string>,
  ),
  explainerModel: optional(text("EVENTFLOW_EXPLAINER_MODEL", {
    doc: "the model that is asked; of bedrock also an inference profile",
  })),
  explainerKey: optional({
    ...secret("EVENTFLOW_EXPLAINER_KEY", {
      doc:
        "of openai-compatible: the key that is sent as a bearer token, if the endpoint asks for one",
    }),
    // Of anything else no header can be made, and each call would fail as if nobody were there.
    schema: z.string().regex(
      /^[!-~]+$/,
      "must be printable ASCII without blanks, as a header has it",
    ),
  }),
  explainerRegion: optional(text("EVENTFLOW_EXPLAINER_REGION", {
    doc: "of bedrock: the region; unset: as the AWS SDK finds it",
  })),
  explainerGuardrail: optional(text("EVENTFLOW_EXPLAINER_GUARDRAIL", {
    doc: "of bedrock: id or ARN of a guardrail that each call goes through",
  })),
  explainerGuardrailVersion: text("EVENTFLOW_EXPLAINER_GUARDRAIL_VERSION", {
    fallback: "DRAFT",
    doc: "of bedrock: the guardrail's version",
  }),
  explainerTimeoutMs: integer("EVENTFLOW_EXPLAINER_TIMEOUT_MS", {
    fallback: "10000",
    min: 100,
    max: 60_000,
    doc: "how long a model may take; then the rules answer",
  }),
  explainerTokensADay: integer("EVENTFLOW_EXPLAINER_TOKENS_A_DAY", {
    fallback: "500000",
    min: 0,
    max: 1_000_000_000,
    doc: "tokens that models may take in a day of UTC, in and out",
  }),
  explainerMoneyADay: number("EVENTFLOW_EXPLAINER_MONEY_A_DAY", {
    fallback: "5",
    max: 1_000_000,
    doc:
      "money that models may take in a day of UTC, in the unit of the prices",
  }),
  explainerPriceIn: number("EVENTFLOW_EXPLAINER_PRICE_IN", {
    fallback: "15",
    max: 1_000_000,
    doc:
      "what a million tokens cost that are sent; by itself what dear models cost in US dollars, so that the budget holds for others too",
  }),
  explainerPriceOut: number("EVENTFLOW_EXPLAINER_PRICE_OUT", {
    fallback: "75",
    max: 1_000_000,
    doc: "what a million tokens cost that are answered",
  }),
};

export const explainerRelations: readonly Relation<typeof explainerSettings>[] =
  [
    ({ explainer, explainerModel }) =>
      explainer !== "rules" && explainerModel === undefined
        ? `EVENTFLOW_EXPLAINER_MODEL must be set if EVENTFLOW_EXPLAINER is not rules: current value ${explainer}`
        : undefined,
    ({ explainer, explainerUrl }) =>
      explainer === "openai-compatible" && explainerUrl === undefined
        ? `EVENTFLOW_EXPLAINER_URL must be set if EVENTFLOW_EXPLAINER is openai-compatible`
        : undefined,
    // Whoever reads along would have the key.
    ({ explainerUrl, explainerKey }) =>
      explainerUrl !== undefined && explainerKey !== undefined &&
        explainerUrl.startsWith("http:") &&
        !isLoopback(new URL(explainerUrl).hostname)
        ? "EVENTFLOW_EXPLAINER_URL must be https if EVENTFLOW_EXPLAINER_KEY is set and it is not this machine"
        : undefined,
  ];

function isWithoutLogin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.username === "" && url.password === "";
}
