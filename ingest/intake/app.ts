import { type Context, Hono } from "hono";
import { describeRoute, resolver } from "hono-openapi";
import { z } from "zod";
import { PaymentAuthorizedPayload } from "#contracts/events/payment_authorized/payment_authorized.ts";
import { PaymentEvent } from "#contracts/events/registry.ts";
import { Deadlines } from "#runtime/deadlines.ts";
import { type Readiness, statusRoutes } from "#runtime/health.ts";
import type { OutgoingRecord } from "#kafka/port.ts";
import type { Tracing } from "#runtime/tracing.ts";
import { mountApiPages } from "../http/api_pages.ts";
import { clientAddress, TrustedProxies } from "../http/client_address.ts";
import { FirstMatch } from "../http/first_match.ts";
import { IncomingRequest } from "../http/incoming_request.ts";
import { accepted, refused } from "./answers.ts";
import { BearerTokens } from "./bearer_tokens.ts";
import { HAND_IN_PATH, handIn } from "./hand_in.ts";
import type { IntakeEvents } from "./intake_events.ts";
import {
  type ProviderAccount,
  ProviderAccounts,
} from "./providers/accounts.ts";
import { ACCOUNT_PATH, WEBHOOKS } from "../provider_accounts/addresses.ts";
import { type AnyProvider, providers } from "./providers/table.ts";
import type { Answer } from "./providers/row.ts";
import { rows } from "./providers/rows.ts";
import { INTERNAL } from "#contracts/headers.ts";
import { RecentKeys } from "./recent_keys.ts";
import { ReadingBudget } from "./reading_budget.ts";
import { receive, type Received, type Receiving, refuse } from "./receive.ts";
import {
  ofAccounts,
  ofAll,
  ofHandedIn,
  ofWebhooks,
  refusals,
} from "./refusals.ts";
import type { RejectionRecorder } from "./rejections/recorder.ts";
import type { IntakeConfig } from "./settings.ts";
import { sourceOfAccount, sourceOfProvider } from "./webhook_source.ts";
import { traceIdOf, webhookSpan } from "./webhook_span.ts";

export const SERVICE = "intake";

const nobody = new ProviderAccounts();

const Accepted = z.object({
  status: z.literal("accepted"),
  event_id: z.string(),
  source: z.string(),
}).meta({ id: "Accepted" });

const Refused = z.object({ detail: z.string() }).meta({ id: "Refused" });

/** The intake's HTTP side. `publish` resolves when Kafka has acknowledged the record. */
export function createApp(
  { config, accounts = () => nobody, publish, events, readiness, ...rest }: {
    config: IntakeConfig;
    /** Those that are set up now; absent: none. */
    accounts?: () => ProviderAccounts;
    publish: (record: OutgoingRecord) => Promise<void>;
    events: IntakeEvents;
    readiness: Readiness;
    /** Milliseconds since the epoch. */
    clock: () => number;
    /** Absent if there are no traces. */
    tracing?: Tracing | undefined;
    /** Absent if it is not recorded why requests are refused. */
    recorder?: Pick<RejectionRecorder, "refused"> | undefined;
    /** Whether `/docs` and `/openapi.json` are there. */
    apiPages: boolean;
  },
): Hono {
  const { clock, tracing, recorder, apiPages } = rest;
  const limits = {
    config,
    deadlines: new Deadlines(config.bodyTimeoutMs),
    smallDeadlines: new Deadlines(
      Math.min(config.bodyTimeoutMs, config.smallBodyTimeoutMs),
    ),
    budget: new ReadingBudget(config.maxReadingBytes, {
      largestBytes: config.maxBodyBytes,
    }),
    publish,
    clock,
  };
  const proxies = new TrustedProxies(config.trustedProxies ?? []);
  const clientOf = (request: Request) =>
    request instanceof IncomingRequest
      ? clientAddress({
        address: request.sender.address,
        headers: request.headers,
        proxies,
        header: config.forwardedHeader,
      })
      : "unknown";
  const app = new Hono({ router: new FirstMatch() });
  type Receive = (
    request: Request,
    receiving: Receiving,
  ) => Received | Promise<Received>;
  type Handler = (c: Context) => Promise<Response>;
  type Taking = {
    provider: string;
    account?: string;
    path: string;
    receive: Receive;
    answer?: Answer;
  };
  const answering = (taking: Taking): Handler => async (c) => {
    const { provider, account, path, receive, answer } = taking;
    const began = performance.now();
    const span = tracing && webhookSpan(tracing, c.req.raw, path);
    const received = await receive(
      c.req.raw,
      span === undefined ? limits : {
        ...limits,
        span,
        publish: (record) => span.publishing(record, publish),
      },
    );
    const traceId = received.accepted && span === undefined
      ? undefined
      : span?.traceId ?? traceIdOf(c.req.raw);
    const client = received.accepted ? undefined : clientOf(c.req.raw);
    events.answered(received, (performance.now() - began) / 1000, {
      traceId,
      client,
      sender: taking,
    });
    span?.answered(received);
    if (received.accepted) {
      if (answer !== undefined) return c.text(answer.text, answer.status);
      return accepted(received);
    }
    recorder?.refused(c.req.raw, { provider, account, received, client });
    return refused(received);
  };
  // The description says what the reference shows. As a middleware of its own it would be gone through by
  // each request, and a route with a single handler is one that Hono calls straight away.
  for (const provider of providers) {
    const source = sourceOfProvider(provider, config);
    const receiveSigned: Receive = (request, receiving) =>
      receive(request, source, receiving);
    app.post(
      provider.path,
      Object.assign(
        answering({
          provider: provider.name,
          path: provider.path,
          receive: receiveSigned,
        }),
        describeWebhook(provider),
      ),
    );
  }
  if (config.ingestTokens !== undefined) {
    const tokens = new BearerTokens(config.ingestTokens);
    const recent = new RecentKeys();
    const receiveHandedIn: Receive = (request, receiving) =>
      handIn(request, { ...receiving, tokens, recent });
    app.post(
      HAND_IN_PATH,
      Object.assign(
        answering({
          provider: INTERNAL,
          path: HAND_IN_PATH,
          receive: receiveHandedIn,
        }),
        handInDescription,
      ),
    );
  }
  const taking = new WeakMap<ProviderAccount, Handler>();
  const takingFor = (its: ProviderAccount): Handler =>
    taking.getOrInsertComputed(its, () => {
      const source = sourceOfAccount(its);
      return answering({
        ...source,
        path: ACCOUNT_PATH,
        receive: (request, receiving) => receive(request, source, receiving),
      });
    });
  const takeForNobody = answering({
    provider: "unknown",
    path: ACCOUNT_PATH,
    receive: () => refuse("unknown_account"),
  });
  const takeForAccount = (c: Context) => {
    const { provider = "", account } = c.req.param();
    const its = accounts().find(provider, account);
    return its === undefined ? takeForNobody(c) : takingFor(its)(c);
  };
  for (const path of [`${WEBHOOKS}/:provider`, ACCOUNT_PATH]) {
    // Each a function of its own, as its description is written on it.
    const take = (c: Context) => takeForAccount(c);
    app.post(path, Object.assign(take, describeAccount(path)));
  }
  for (const { name, challenge } of rows) {
    if (challenge === undefined) continue;
    const challenged = (c: Context) => {
      const its = accounts().find(name, c.req.param("account"));
      const asked = new URL(c.req.url).searchParams;
      const answer = its && challenge(asked, its.settings);
      const { status, detail } = refusals.unknown_account;
      return answer === undefined ? c.json({ detail }, status) : c.text(answer);
    };
    app.get(`${WEBHOOKS}/${name}`, challenged);
    app.get(`${WEBHOOKS}/${name}/:account`, challenged);
  }
  app.route("/", statusRoutes({ service: SERVICE, readiness }));
  if (apiPages) mountApiPages(app, about);
  return app;
}

const about = {
  title: "EventFlow webhook intake",
  version: "1",
  description:
    "Takes payment webhooks in and keeps each one as a fact in Kafka.",
};

const json = (schema: z.ZodType) => ({
  "application/json": { schema: resolver(schema) },
});

const describeWebhook = ({ description, sentences }: AnyProvider) =>
  describeRoute({
    ...description,
    description:
      "Answers 202 once all in-sync replicas of Kafka have the event. Any JSON object that is signed is " +
      "accepted; whether it is a payment is judged behind the intake.",
    requestBody: { required: true, content: json(PaymentEvent) },
    responses: {
      202: { description: "Kafka has the event.", content: json(Accepted) },
      ...refusalResponses({ ...ofWebhooks, ...ofAll }, sentences),
    },
  });

const describeAccount = (path: string) =>
  describeRoute({
    operationId: path === ACCOUNT_PATH
      ? "receiveOfAccount"
      : "receiveOfProvider",
    summary: path === ACCOUNT_PATH
      ? "Take a provider's own webhook in, of one of several accounts"
      : "Take a provider's own webhook in",
    description:
      "Accounts are set up in EVENTFLOW_PROVIDERS_FILE. The body is the provider's own, signed in its way, and is kept byte for " +
      "byte. Answers what the provider wants to hear once all in-sync replicas of Kafka have the event.",
    requestBody: { required: true, content: json(z.looseObject({})) },
    responses: {
      200: { description: "Kafka has the event." },
      202: { description: "Kafka has the event.", content: json(Accepted) },
      ...refusalResponses({ ...ofWebhooks, ...ofAccounts, ...ofAll }),
    },
  });

const handInDescription = describeRoute({
  operationId: "handPaymentIn",
  summary: "Hand a payment in, as an internal service",
  description:
    "The payload of a payment, with a token of ours (Authorization: Bearer …) in place of a signature; the " +
    "event around it is made here. Answers 202 once all in-sync replicas of Kafka have it. There is no such " +
    "page until EVENTFLOW_INGEST_TOKENS is set.",
  parameters: [
    {
      in: "header",
      name: "Idempotency-Key",
      required: false,
      description:
        "Who sends again, after whatever answer or none, sends the same key, and the payment is one event.",
      schema: { type: "string", minLength: 1, maxLength: 255 },
    },
  ],
  requestBody: { required: true, content: json(PaymentAuthorizedPayload) },
  responses: {
    202: { description: "Kafka has the event.", content: json(Accepted) },
    ...refusalResponses({ ...ofHandedIn, ...ofAll }),
  },
});

/**
 * One response a status, described by the sentences of all refusals that have it.
 *
 * @param sentences those that stand in the place of a refusal's own
 */
function refusalResponses(
  refusals: Readonly<Record<string, { status: number; detail: string }>>,
  sentences: Readonly<Record<string, string>> = {},
) {
  const told = Object.entries(refusals).map(([name, { status, detail }]) => ({
    status,
    detail: sentences[name] ?? detail,
  }));
  const byStatus = Map.groupBy(told, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [status, {
      description: group.map(({ detail }) => detail).join(" "),
      content: json(Refused),
    }]),
  );
}
