/**
 * What `/incidents` is asked and what it answers.
 *
 * @module
 */
import { z } from "zod";
import { everySender } from "../metrics.ts";
import type { Incident } from "./incidents.ts";
import { incidentKinds } from "./kinds.ts";

const Kind = z.enum(
  incidentKinds,
  `must be one of ${incidentKinds.join(", ")}`,
);
const Provider = z.enum(
  everySender,
  `must be one of ${everySender.join(", ")}`,
);
const MAX_MINUTES = 10_080;
const minutes = `must be a number above 0, at most ${MAX_MINUTES}`;

export const IncidentRequest = z.strictObject({
  kind: Kind.meta({ examples: ["approval-drop"] }),
  provider: Provider.optional().meta({
    description: "at which provider; at all if absent",
    examples: ["stripe"],
  }),
  minutes: z.number(minutes).positive(minutes).max(MAX_MINUTES, minutes)
    .optional().meta({
      description: "how long; until it is switched off if absent",
      examples: [10],
    }),
}).meta({ id: "IncidentRequest" });
export type IncidentRequest = z.infer<typeof IncidentRequest>;

export const IncidentList = z.object({
  incidents: z.array(z.object({
    kind: z.enum(incidentKinds),
    provider: z.enum(everySender).nullable()
      .meta({ description: "null if at all" }),
    until: z.iso.datetime().nullable()
      .meta({ description: "null if it does not end by itself" }),
  })),
}).meta({ id: "IncidentList" });
export type IncidentList = z.infer<typeof IncidentList>;

export function listOf(incidents: readonly Incident[]): IncidentList {
  return {
    incidents: incidents.map(({ kind, provider, untilMs }) => ({
      kind,
      provider: provider ?? null,
      until: untilMs === undefined ? null : new Date(untilMs).toISOString(),
    })),
  };
}

/**
 * Reads the text of a request.
 *
 * @returns it, or one sentence about what is wrong
 */
export function parseIncidentRequest(
  text: string,
): { readonly request: IncidentRequest } | { readonly problem: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: "The request must be JSON." };
  }
  const parsed = IncidentRequest.safeParse(json);
  if (parsed.success) return { request: parsed.data };
  const issues = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `${issue.keys.join(", ")} is not a known key`
      : `${issue.path.join(".") || "request"} ${issue.message}`
  );
  return { problem: `The ${issues.join("; ")}.` };
}
