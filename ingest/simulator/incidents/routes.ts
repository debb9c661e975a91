import { Hono, type MiddlewareHandler } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import type { z } from "zod";
import { Refused } from "../messages.ts";
import type { Sender } from "../metrics.ts";
import { smallText } from "../small_text.ts";
import type { Incidents } from "./incidents.ts";
import { incidentKinds, isIncidentKind } from "./kinds.ts";
import {
  IncidentList,
  type IncidentRequest,
  IncidentRequest as Request,
  listOf,
  parseIncidentRequest,
} from "./messages.ts";

const MINUTE_MS = 60_000;

export type IncidentParts = {
  readonly incidents: Incidents;
  /** Who sends by itself: nobody else shows an incident. */
  readonly senders: () => readonly Sender[];
  /** Whether there are customers, of whom a ring is made. */
  readonly hasCustomers: boolean;
  readonly now: () => number;
};

/** Switches incidents on and off in the running simulator. */
export function incidentRoutes(
  parts: IncidentParts,
  guard: MiddlewareHandler,
): Hono {
  const { incidents, now } = parts;
  const app = new Hono();
  app.get("/incidents", listed, (c) => c.json(listOf(incidents.list())));
  app.post("/incidents", switchedOn, guard, async (c) => {
    const text = await smallText(c.req);
    if (text === undefined) {
      return c.json({ detail: "The body is too large." }, 413);
    }
    const parsed = parseIncidentRequest(text);
    if ("problem" in parsed) return c.json({ detail: parsed.problem }, 422);
    const { kind, provider, minutes } = parsed.request;
    const obstacle = obstacleTo(parsed.request, parts);
    if (obstacle !== undefined) return c.json({ detail: obstacle }, 409);
    incidents.switchOn({
      kind,
      ...provider !== undefined && { provider },
      ...minutes !== undefined && { untilMs: now() + minutes * MINUTE_MS },
    });
    return c.json(listOf(incidents.list()));
  });
  app.delete("/incidents", allOff, guard, (c) => {
    incidents.switchOff();
    return c.json(listOf(incidents.list()));
  });
  app.delete("/incidents/:kind", off, guard, (c) => {
    const kind = c.req.param("kind");
    if (!isIncidentKind(kind)) {
      const detail = `The kind must be one of ${incidentKinds.join(", ")}.`;
      return c.json({ detail }, 404);
    }
    incidents.switchOff(kind);
    return c.json(listOf(incidents.list()));
  });
  return app;
}

/** Why an incident would show nowhere. */
function obstacleTo(
  { kind, provider }: IncidentRequest,
  { senders, hasCustomers }: IncidentParts,
): string | undefined {
  const all = senders();
  if (all.length === 0) {
    return "Nothing is streamed: set SIMULATOR_AUTO_STREAM_ENABLED or SIMULATOR_PROVIDERS.";
  }
  if (provider !== undefined && !all.includes(provider)) {
    return `Nothing of ${provider} is streamed: providers that are simulated are ${
      all.join(", ")
    }.`;
  }
  return kind === "fraud-ring" && !hasCustomers
    ? "A fraud-ring takes customers: set SIMULATOR_CUSTOMERS."
    : undefined;
}

const json = (schema: z.ZodType) => ({
  "application/json": { schema: resolver(schema) },
});
const list = {
  description: "The incidents that are on now.",
  content: json(IncidentList),
};
const foreign = {
  403: {
    description: "It comes from a web page of another origin.",
    content: json(Refused),
  },
};
const noJson = {
  415: { description: "It is no JSON.", content: json(Refused) },
};

const listed = describeRoute({
  operationId: "listIncidents",
  summary: "Incidents that are on",
  responses: { 200: list },
});
const switchedOn = describeRoute({
  operationId: "switchIncidentOn",
  summary: "Switch an incident on",
  description:
    "It changes what the streams send from now on. The same kind at the same provider is on once: its end is the one that was said last.",
  requestBody: { required: true, content: json(Request) },
  responses: {
    200: list,
    ...foreign,
    ...noJson,
    409: {
      description: "Nothing would show it.",
      content: json(Refused),
    },
    413: { description: "The body is too large." },
    422: {
      description: "The request is not as described.",
      content: json(Refused),
    },
  },
});
const allOff = describeRoute({
  operationId: "switchIncidentsOff",
  summary: "Switch all incidents off",
  responses: { 200: list, ...foreign },
});
const off = describeRoute({
  operationId: "switchIncidentOff",
  summary: "Switch a kind of incident off",
  responses: {
    200: list,
    ...foreign,
    404: { description: "There is no such kind.", content: json(Refused) },
  },
});
