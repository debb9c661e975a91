import { Hono } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import type { z } from "zod";
import { healthRoutes, type Readiness } from "#runtime/health.ts";
import type { Metrics } from "#runtime/metrics.ts";
import { mountApiPages } from "../http/api_pages.ts";
import type { Authorize, Outcome } from "./authorization.ts";
import { pageRefusals, refuseForeignPages } from "./foreign_pages.ts";
import {
  AuthorizeAccepted,
  AuthorizeRequest,
  DeliveryFailed,
  parseAuthorizeRequest,
  Refused,
  RequestRefused,
} from "./messages.ts";
import { type IncidentParts, incidentRoutes } from "./incidents/routes.ts";
import { MAX_BODY_BYTES, smallText } from "./small_text.ts";

export const SERVICE = "simulator";

/** The simulator's HTTP side. */
export function createApp(
  {
    authorize,
    incidents,
    webhookUrl,
    hosts,
    readiness,
    metrics,
    apiPages,
    certificateOf = () => undefined,
  }: {
    authorize: Authorize;
    incidents: IncidentParts;
    webhookUrl: string;
    /** Names or addresses it has, beside those of loopback. */
    hosts: readonly string[];
    readiness: Readiness;
    metrics: Metrics;
    /** Whether `/docs` and `/openapi.json` are there. */
    apiPages: boolean;
    /** The certificate, in PEM, of who signs as PayPal, by its serial number. */
    certificateOf?: (serial: string) => string | undefined;
  },
): Hono {
  const app = new Hono();
  const guard = refuseForeignPages(hosts);
  app.post("/authorize", description, guard, async (c) => {
    const text = await smallText(c.req);
    if (text === undefined) return c.json(tooLarge, 413);
    const parsed = parseAuthorizeRequest(text);
    if (!parsed.ok) return c.json(parsed.refused, 422);
    const { force_duplicate, force_corruption, ...authorization } =
      parsed.request;
    const outcome = await authorize({
      authorization,
      forceDuplicate: force_duplicate,
      forceCorruption: force_corruption,
    });
    return outcome.primary.ok
      ? c.json(accepted(outcome))
      : c.json(failed(outcome, webhookUrl), 502);
  });
  app.route("/", incidentRoutes(incidents, guard));
  // Where PayPal has its own.
  app.get(
    "/v1/notifications/certs/:name{CERT-[0-9a-f]{1,40}}",
    describeRoute({ hide: true }),
    (c) => {
      const pem = certificateOf(c.req.param("name").slice("CERT-".length));
      return pem === undefined ? c.notFound() : c.text(pem);
    },
  );
  app.route("/", healthRoutes({ service: SERVICE, readiness, metrics }));
  if (apiPages) mountApiPages(app, about);
  return app;
}

const about = {
  title: "EventFlow payment simulator",
  version: "1",
  description: "Plays the payment provider: authorises payments and sends " +
    "signed webhooks to the intake, at times twice or broken on purpose, " +
    "and as in an incident for as long as one is switched on.",
};

const tooLarge = {
  detail: `The body is larger than ${MAX_BODY_BYTES} bytes.`,
};

const json = (schema: z.ZodType) => ({
  "application/json": { schema: resolver(schema) },
});

const description = describeRoute({
  operationId: "authorize",
  summary: "Authorise a payment and send its signed webhook",
  description:
    "Answers once the webhook is delivered, or given up after retries. " +
    "Takes JSON alone, from programs and from this origin's own pages: no other web page has anything signed.",
  requestBody: { required: true, content: json(AuthorizeRequest) },
  responses: {
    200: {
      description: "The webhook was delivered.",
      content: json(AuthorizeAccepted),
    },
    403: {
      description:
        `${pageRefusals.origin.detail} Or: ${pageRefusals.host.detail}`,
      content: json(Refused),
    },
    413: { description: "The body is too large." },
    415: {
      description: pageRefusals.media_type.detail,
      content: json(Refused),
    },
    422: {
      description: "The request is not as described.",
      content: json(RequestRefused),
    },
    502: {
      description: "The webhook could not be delivered.",
      content: json(DeliveryFailed),
    },
  },
});

function accepted(outcome: Outcome): AuthorizeAccepted {
  return {
    status: "accepted",
    event_id: outcome.eventId,
    corrupted: outcome.corruptionMode !== null,
    corruption_mode: outcome.corruptionMode,
    primary_delivery: outcome.primary,
    duplicate_sent: outcome.duplicate !== null,
    duplicate_delivery: outcome.duplicate,
  };
}

function failed(
  { eventId, primary }: Outcome,
  webhookUrl: string,
): DeliveryFailed {
  return {
    detail: {
      status: "delivery_failed",
      event_id: eventId,
      attempts: primary.attempts,
      webhook_url: webhookUrl,
      last_status_code: primary.status_code,
      last_error: primary.message,
    },
  };
}
