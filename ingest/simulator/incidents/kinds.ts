import type { Weather } from "../customers/story.ts";

/** What can go wrong at a provider, to see who notices. */
export const incidentKinds = [
  /** Nothing comes from it any more. */
  "provider-outage",
  /** Issuers decline far more than usual. */
  "approval-drop",
  /** Many stolen cards are spent at few merchants. */
  "fraud-ring",
  /** Each webhook comes again and again. */
  "duplicate-storm",
] as const;
export type IncidentKind = (typeof incidentKinds)[number];

/** How often a webhook comes in all, amid a storm. */
export const STORM_COPIES = 6;

/** Share of what is sent that is a ring's, while one is at work. */
export const RING_SHARE = 0.3;

/** Share of payments that are approved amid a drop, if nothing else is said. */
export const DROPPED_APPROVAL = 0.5;

/** What a drop of approvals looks like: cards that lack funds, says an issuer whose limits are wrong. */
export function droppedTo(approval: number): Weather {
  return { approval, decline: "insufficient_funds" };
}

/**
 * Reads names of incidents, as on a command line.
 *
 * @returns them, or one sentence about what there is
 */
export function incidentsNamed(
  text: string,
): { readonly kinds: readonly IncidentKind[] } | { readonly problem: string } {
  const names = text.split(",").map((name) => name.trim()).filter(Boolean);
  const kinds = names.filter(isIncidentKind);
  const unknown = names.filter((name) => !isIncidentKind(name));
  return unknown.length === 0 && kinds.length > 0
    ? { kinds: [...new Set(kinds)] }
    : {
      problem: `There is no incident ${
        unknown.join(", ") || "without a name"
      }: incidents are ${incidentKinds.join(", ")}.`,
    };
}

export function isIncidentKind(name: string): name is IncidentKind {
  return incidentKinds.some((kind) => kind === name);
}
